"""KEDA: scales workloads by events, such as the length of a queue, down to nothing."""

from typing import Final

from oneup.addons.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addons.alert import Alert
from oneup.addons.pods import CONTAINER, Size, footprint, spread
from oneup.values import Values
from oneup.workspace.namespace import SCALING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("keda")

OPERATOR: Final = Size(50, 192)
METRICS: Final = Size(25, 96)
WEBHOOKS: Final = Size(10, 64)

ALERTS: Final = (
    Alert(
        name="KedaDown",
        expr='absent(up{job="keda-operator"} == 1)',
        summary="No KEDA operator answers: workloads stay at the size they have",
        runbook="keda-down",
    ),
    Alert(
        name="KedaScalerFails",
        expr="sum by (exported_namespace, scaledObject) (increase(keda_scaler_detail_errors_total[15m])) > 3",
        minutes=15,
        summary="{{ $labels.exported_namespace }}/{{ $labels.scaledObject }} cannot read what it scales by",
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
        footprint=footprint(*((size, replicas) for size in sizes.values())),
    )


def _budgets(parts: tuple[str, ...], replicas: int) -> Values:
    """A budget for each part that has more than one pod."""
    return {"podDisruptionBudget": {part: {"minAvailable": 1} for part in parts}} if replicas > 1 else {}
