"""prometheus-adapter: exposes Prometheus metrics to the HorizontalPodAutoscaler."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("prometheus-adapter")

PODS: Final = PodSelector(NAME, MONITORING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 192)

ALERTS: Final = (
    Alert(
        name="PrometheusAdapterDown",
        expr=deployment_down("monitoring", NAME),
        summary="prometheus-adapter is not ready: nothing scales on Prometheus metrics",
        runbook="prometheus-adapter-down",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``monitoring``; two replicas with high availability."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=MONITORING,
        chart=Chart("https://prometheus-community.github.io/helm-charts", "prometheus-adapter", "5.3.0"),
        values={
            "prometheus": {"url": "http://kube-prometheus-stack-prometheus.monitoring.svc"},
            "replicas": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1},
            "resources": SIZE.resources,
            "priorityClassName": STANDARD.name,
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
        },
        requires=(kube_prometheus_stack.NAME,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS),
            *allow_egress(PODS, Peer.API_SERVER),
            network_flow(PODS, prometheus.PODS, 9090),
            allow_webhook(PODS, 6443),
        ),
        requests=pod_requests((SIZE, replicas)),
    )
