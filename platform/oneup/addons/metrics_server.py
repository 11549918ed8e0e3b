"""metrics-server: CPU and memory metrics for autoscaling and ``kubectl top``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("metrics-server")

PODS: Final = PodSelector(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(100, 200)
"""The chart's defaults, sized for up to 100 nodes."""


ALERTS: Final = (
    Alert(
        name="MetricsServerDown",
        expr=deployment_down("kube-system", NAME),
        summary="metrics-server is not ready: nothing scales on CPU or memory",
        runbook="metrics-server-down",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``kube-system``; two replicas with high availability."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("https://kubernetes-sigs.github.io/metrics-server/", "metrics-server", "3.13.1"),
        values={
            "replicas": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
            "resources": SIZE.resources,
            "metrics": {"enabled": context.has_monitoring},
            "serviceMonitor": {"enabled": context.has_monitoring},
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
        },
        uses=(Capability.MONITORS,),
        provides=(Capability.SCALING,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            network_flow(PODS, Peer.NODES, 10250),
            allow_webhook(PODS, 10250),
            prometheus.allow_scraping(PODS, 10250),
        ),
        requests=pod_requests((SIZE, replicas)),
    )
