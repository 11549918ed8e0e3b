"""Volumes of the monitoring stack."""

from oneup.settings.addons.monitoring import KubePrometheusStack
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Values


def claim(knobs: KubePrometheusStack, gibibytes: int) -> Values:
    """A claim for each pod, in the operator's format."""
    named: Values = {"storageClassName": knobs.storage_class} if knobs.storage_class else {}
    return {
        "volumeClaimTemplate": {
            "spec": {
                **named,
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": f"{gibibytes}Gi"}},
            }
        }
    }


def claim_retention_policy(settings: Settings) -> Values:
    """Whether claims are deleted with their StatefulSet: by the stack's volume policy; retained elsewhere.

    The operator recreates a StatefulSet that it cannot update. With ``Delete`` this loses the metrics,
    so a stack that retains volumes retains claims.
    """
    keeps = settings.cluster.volumes if isinstance(settings, AwsSettings) else "Retain"
    return {"whenDeleted": keeps, "whenScaled": "Retain"}
