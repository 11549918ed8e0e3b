"""KEDA: scales workloads by events such as queue length, down to zero."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import (
    ANY_PORT,
    NetworkFlow,
    Peer,
    PodSelector,
    allow_egress,
    allow_webhook,
    network_flow,
)
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import SCALING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("keda")

OPERATOR_PODS: Final = PodSelector("keda-operator", SCALING, {"app": "keda-operator"})
METRICS_PODS: Final = PodSelector("keda-metrics", SCALING, {"app": "keda-operator-metrics-apiserver"})
WEBHOOK_PODS: Final = PodSelector("keda-webhooks", SCALING, {"app": "keda-admission-webhooks"})

OPERATOR: Final = ContainerRequests(50, 192)
METRICS: Final = ContainerRequests(25, 96)
WEBHOOKS: Final = ContainerRequests(10, 64)

ALERTS: Final = (
    Alert(
        name="KedaDown",
        expr='absent(up{job="keda-operator"} == 1) or '
        + deployment_down(SCALING.name, "keda-operator-metrics-apiserver|keda-admission-webhooks"),
        summary="A KEDA component is down: workloads keep their current size",
        runbook="keda-down",
    ),
    Alert(
        name="KedaScalerFails",
        expr="sum by (exported_namespace, scaledObject) (increase(keda_scaler_detail_errors_total[15m])) > 3",
        minutes=15,
        summary="The ScaledObject {{ $labels.exported_namespace }}/{{ $labels.scaledObject }} cannot read its metric",
        runbook="keda-scaler-fails",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``scaling``."""
    replicas = context.settings.replicas
    sizes = {"operator": OPERATOR, "metricServer": METRICS, "webhooks": WEBHOOKS}
    labels = {
        "operator": "keda-operator",
        "metricsServer": "keda-operator-metrics-apiserver",
        "webhooks": "keda-admission-webhooks",
    }
    monitored = {"enabled": context.has_monitoring, "serviceMonitor": {"enabled": context.has_monitoring}}
    return Addon(
        name=NAME,
        namespace=SCALING,
        chart=Chart("https://kedacore.github.io/charts", "keda", "2.20.2"),
        values={
            "clusterName": context.cluster_name,
            "image": {"pullPolicy": "IfNotPresent"},
            "operator": {"replicaCount": replicas},
            "metricsServer": {"replicaCount": replicas},
            "webhooks": {"replicaCount": replicas},
            "priorityClassName": STANDARD.name,
            "resources": {name: size.resources for name, size in sizes.items()},
            "securityContext": dict.fromkeys(sizes, RESTRICTED_CONTEXT),
            **_budgets(tuple(sizes), replicas),
            "topologySpreadConstraints": {
                name: topology_spread({"app": app}) for name, app in labels.items()
            },
            "prometheus": {"operator": monitored, "metricServer": monitored, "webhooks": monitored},
        },
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(OPERATOR_PODS, METRICS_PODS, WEBHOOK_PODS),
        network_flows=_flows(),
        requests=pod_requests(*((size, replicas) for size in sizes.values())),
    )


def _budgets(parts: tuple[str, ...], replicas: int) -> Values:
    """A disruption budget for each component with more than one pod."""
    return {"podDisruptionBudget": {part: {"minAvailable": 1} for part in parts}} if replicas > 1 else {}


def _flows() -> tuple[NetworkFlow, ...]:
    """The operator queries queues, Prometheus and applications."""
    return (
        *allow_egress(OPERATOR_PODS, Peer.API_SERVER, Peer.AWS),
        network_flow(OPERATOR_PODS, prometheus.PODS, 9090),
        network_flow(OPERATOR_PODS, Peer.APPLICATIONS, ANY_PORT),
        *allow_egress(METRICS_PODS),
        *allow_egress(METRICS_PODS, Peer.API_SERVER),
        network_flow(METRICS_PODS, OPERATOR_PODS, 9666),
        allow_webhook(METRICS_PODS, 6443),
        *allow_egress(WEBHOOK_PODS, Peer.API_SERVER),
        allow_webhook(WEBHOOK_PODS, 9443),
        *(prometheus.allow_scraping(pods, 8080) for pods in (OPERATOR_PODS, METRICS_PODS, WEBHOOK_PODS)),
    )
