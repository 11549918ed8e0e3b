"""MetalLB: addresses for Services of type LoadBalancer where no cloud gives them."""

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
        summary="MetalLB lacks its controller, or a speaker: Services get no address, or lose theirs",
        runbook="metallb-down",
    ),
    Alert(
        name="MetalLbPoolExhausted",
        expr="metallb_allocator_addresses_in_use_total >= on(pool) metallb_allocator_addresses_total",
        severity="critical",
        summary="Pool {{ $labels.pool }} has no address left: new Services stay pending",
        runbook="metallb-pool-exhausted",
    ),
)

_FILTERED: Final[Values] = {"seccompProfile": CONTAINER["seccompProfile"]}
"""Which calls of the kernel its pods may make; the chart sees to the rest."""


def addon(context: Context) -> Addon:
    """The release in ``metallb-system``; layer 2 alone, so without the BGP daemons."""
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
            # The stack's Prometheus may look at every namespace; a right of its own for this one would want
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
    """The pool of the settings, announced by ARP on every node's network."""
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
