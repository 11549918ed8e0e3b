"""KEDA: scales workloads by events such as queue length, down to zero."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import ANY_PORT, Flow, Place, Pods, called, flow, reaches
from oneup.addonkit.pods import CONTAINER, Size, footprint, spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import SCALING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("keda")

OPERATOR_PODS: Final = Pods("keda-operator", SCALING, {"app": "keda-operator"})
METRICS_PODS: Final = Pods("keda-metrics", SCALING, {"app": "keda-operator-metrics-apiserver"})
WEBHOOK_PODS: Final = Pods("keda-webhooks", SCALING, {"app": "keda-admission-webhooks"})

OPERATOR: Final = Size(50, 192)
METRICS: Final = Size(25, 96)
WEBHOOKS: Final = Size(10, 64)

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


def addon(context: Context) -> Addon:
    """The release in ``scaling``."""
    replicas = context.settings.replicas
    sizes = {"operator": OPERATOR, "metricServer": METRICS, "webhooks": WEBHOOKS}
    labels = {
        "operator": "keda-operator",
        "metricsServer": "keda-operator-metrics-apiserver",
        "webhooks": "keda-admission-webhooks",
    }
    monitored = {"enabled": context.monitored, "serviceMonitor": {"enabled": context.monitored}}
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
            "securityContext": dict.fromkeys(sizes, CONTAINER),
            **_budgets(tuple(sizes), replicas),
            "topologySpreadConstraints": {name: spread({"app": app}) for name, app in labels.items()},
            "prometheus": {"operator": monitored, "metricServer": monitored, "webhooks": monitored},
        },
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pods=(OPERATOR_PODS, METRICS_PODS, WEBHOOK_PODS),
        flows=_flows(),
        footprint=footprint(*((size, replicas) for size in sizes.values())),
    )


def _budgets(parts: tuple[str, ...], replicas: int) -> Values:
    """A disruption budget for each component with more than one pod."""
    return {"podDisruptionBudget": {part: {"minAvailable": 1} for part in parts}} if replicas > 1 else {}


def _flows() -> tuple[Flow, ...]:
    """The operator queries queues, Prometheus and applications."""
    return (
        *reaches(OPERATOR_PODS, Place.API_SERVER, Place.AWS),
        flow(OPERATOR_PODS, prometheus.PODS, 9090),
        flow(OPERATOR_PODS, Place.APPLICATIONS, ANY_PORT),
        *reaches(METRICS_PODS),
        *reaches(METRICS_PODS, Place.API_SERVER),
        flow(METRICS_PODS, OPERATOR_PODS, 9666),
        called(METRICS_PODS, 6443),
        *reaches(WEBHOOK_PODS, Place.API_SERVER),
        called(WEBHOOK_PODS, 9443),
        *(prometheus.scrapes(pods, 8080) for pods in (OPERATOR_PODS, METRICS_PODS, WEBHOOK_PODS)),
    )
