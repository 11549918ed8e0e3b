"""Vertical Pod Autoscaler: learns what pods really use, and sets their requests where it is asked to."""

from typing import Final

from oneup.addons.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addons.alert import Alert
from oneup.addons.pods import CONTAINER, Size, footprint
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("vertical-pod-autoscaler")

RECOMMENDER: Final = Size(50, 256)
"""It keeps a history of every container in memory."""

UPDATER: Final = Size(25, 128)
ADMISSION: Final = Size(25, 128)

ALERTS: Final = (
    Alert(
        name="VerticalPodAutoscalerDown",
        expr="kube_deployment_status_replicas_available"
        '{namespace="kube-system", deployment=~"vertical-pod-autoscaler-.*"} == 0',
        summary="{{ $labels.deployment }} has no pod: requests are no longer adapted",
        runbook="vertical-pod-autoscaler-down",
    ),
    Alert(
        name="VerticalPodAutoscalerEvictsMuch",
        expr='sum(increase(kube_pod_status_reason{reason="Evicted"}[1h])) > 20',
        severity="info",
        summary="More than 20 pods were evicted within an hour",
        runbook="vertical-pod-autoscaler-evicts-much",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``kube-system``; its webhook is skipped where it does not answer."""
    replicas = context.settings.replicas
    sizes = {"recommender": RECOMMENDER, "updater": UPDATER, "admissionController": ADMISSION}
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("https://kubernetes.github.io/autoscaler", "vertical-pod-autoscaler", "0.11.0"),
        values={
            "fullnameOverride": NAME,
            "containerSecurityContext": CONTAINER,
            **{name: _component(size, replicas) for name, size in sizes.items()},
        },
        uses=(Capability.SCALING,),
        alerts=ALERTS,
        footprint=footprint(*((size, replicas) for size in sizes.values())),
    )


def _component(size: Size, replicas: int) -> Values:
    """What each of the three is told; the chart keeps their pods on different nodes."""
    return {
        "replicas": replicas,
        "resources": size.resources,
        "priorityClassName": STANDARD.name,
        "podDisruptionBudget": {"enabled": replicas > 1},
    }
