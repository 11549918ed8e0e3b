"""MetalLB: addresses for Services of type LoadBalancer without a cloud provider."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, daemonset_missing_pods, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import (
    RESTRICTED_CONTEXT,
    TOLERATE_ALL,
    ContainerRequests,
    daemonset_requests,
    pod_requests,
)
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import METALLB
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("metallb")

PODS: Final = PodSelector(
    f"{NAME}-controller",
    METALLB,
    {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "controller"},
)

CONTROLLER: Final = ContainerRequests(50, 100)
SPEAKER: Final = ContainerRequests(50, 100)

ALERTS: Final = (
    Alert(
        name="MetalLbDown",
        expr=f"{deployment_down(METALLB.name, 'metallb-controller')} or "
        f"{daemonset_missing_pods(METALLB.name, 'metallb-speaker')}",
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

_SECCOMP: Final[Values] = {"seccompProfile": RESTRICTED_CONTEXT["seccompProfile"]}
"""The seccomp profile of its pods; the chart sets the rest."""


def addon(context: AddonContext) -> Addon:
    """The release in ``metallb-system``; layer 2 only, without the BGP daemons."""
    return Addon(
        name=NAME,
        namespace=METALLB,
        chart=Chart("https://metallb.github.io/metallb", "metallb", "0.16.1"),
        values={
            "controller": {
                "resources": CONTROLLER.resources,
                "priorityClassName": CRITICAL.name,
                "securityContext": _SECCOMP,
            },
            "speaker": {
                "securityContext": _SECCOMP,
                "resources": SPEAKER.resources,
                "priorityClassName": CRITICAL.name,
                # A node announces the addresses of Services whose pods it runs: gateway nodes, too.
                "tolerations": TOLERATE_ALL,
                "frr": {"enabled": False},
            },
            "frrk8s": {"enabled": False},
            # The stack's Prometheus can read every namespace; a separate role for this one would need
            # the name of its service account.
            "prometheus": {"rbacPrometheus": False, "serviceMonitor": {"enabled": context.has_monitoring}},
        },
        provides=(Capability.LOAD_BALANCERS,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        post_install_manifests=_layer_two(context),
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            allow_webhook(PODS, 9443),
            prometheus.allow_scraping(PODS, 9120),
            prometheus.allow_scraping(Peer.NODES, 9120),
        ),
        requests=pod_requests((CONTROLLER, 1)) + daemonset_requests(SPEAKER),
    )


def _layer_two(context: AddonContext) -> tuple[Manifest, ...]:
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
