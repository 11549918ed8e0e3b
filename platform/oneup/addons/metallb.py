"""MetalLB: addresses for Services of type LoadBalancer without a cloud provider."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context, Manifest
from oneup.addonkit.alert import Alert, daemons_missing, deployment_down
from oneup.addonkit.flow import Place, Pods, called, reaches
from oneup.addonkit.pods import CONTAINER, EVERYWHERE, Size, daemons, footprint
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import METALLB
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("metallb")

PODS: Final = Pods(
    f"{NAME}-controller",
    METALLB,
    {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "controller"},
)

CONTROLLER: Final = Size(50, 100)
SPEAKER: Final = Size(50, 100)

ALERTS: Final = (
    Alert(
        name="MetalLbDown",
        expr=f"{deployment_down(METALLB.name, 'metallb-controller')} or "
        f"{daemons_missing(METALLB.name, 'metallb-speaker')}",
        severity="critical",
        summary="The MetalLB controller or a speaker is down: Services get no address, or lose it",
        runbook="metallb-down",
    ),
    Alert(
        name="MetalLbPoolExhausted",
        expr="metallb_allocator_addresses_in_use_total >= on(pool) metallb_allocator_addresses_total",
        severity="critical",
        summary="The MetalLB pool {{ $labels.pool }} has no free address: new Services stay pending",
        runbook="metallb-pool-exhausted",
    ),
)

_FILTERED: Final[Values] = {"seccompProfile": CONTAINER["seccompProfile"]}
"""The seccomp profile of its pods; the chart sets the rest."""


def addon(context: Context) -> Addon:
    """The release in ``metallb-system``; layer 2 only, without the BGP daemons."""
    return Addon(
        name=NAME,
        namespace=METALLB,
        chart=Chart("https://metallb.github.io/metallb", "metallb", "0.16.1"),
        values={
            "controller": {
                "resources": CONTROLLER.resources,
                "priorityClassName": CRITICAL.name,
                "securityContext": _FILTERED,
            },
            "speaker": {
                "securityContext": _FILTERED,
                "resources": SPEAKER.resources,
                "priorityClassName": CRITICAL.name,
                # A node announces the addresses of Services whose pods it runs: gateway nodes, too.
                "tolerations": EVERYWHERE,
                "frr": {"enabled": False},
            },
            "frrk8s": {"enabled": False},
            # The stack's Prometheus can read every namespace; a separate role for this one would need
            # the name of its service account.
            "prometheus": {"rbacPrometheus": False, "serviceMonitor": {"enabled": context.monitored}},
        },
        provides=(Capability.LOAD_BALANCERS,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        after=_layer_two(context),
        pods=(PODS,),
        flows=(
            *reaches(PODS, Place.API_SERVER),
            called(PODS, 9443),
            prometheus.scrapes(PODS, 9120),
            prometheus.scrapes(Place.NODES, 9120),
        ),
        footprint=footprint((CONTROLLER, 1)) + daemons(SPEAKER),
    )


def _layer_two(context: Context) -> tuple[Manifest, ...]:
    """The address pool, announced by ARP."""
    api, pool = "metallb.io/v1beta1", "platform"
    space = METALLB.name
    addresses = list(context.settings.addons.metallb.pools)
    return (
        Manifest(
            api_version=api,
            kind="IPAddressPool",
            name=pool,
            namespace=space,
            body={"spec": {"addresses": addresses}},
        ),
        Manifest(
            api_version=api,
            kind="L2Advertisement",
            name=pool,
            namespace=space,
            body={"spec": {"ipAddressPools": [pool]}},
        ),
    )
