"""The volumes of what monitoring keeps."""

from oneup.settings.addons.monitoring import KubePrometheusStack
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Values


def claim(knobs: KubePrometheusStack, gibibytes: int) -> Values:
    """A claim for each pod, as the operator's kinds describe it."""
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


def kept(settings: Settings) -> Values:
    """What becomes of the claims with their StatefulSet: as the stack says of volumes; elsewhere kept.

    The operator makes a StatefulSet anew where it cannot change it. With ``Delete`` its figures go then,
    too: a stack that keeps its volumes keeps its claims.
    """
    keeps = settings.cluster.volumes if isinstance(settings, AwsSettings) else "Retain"
    return {"whenDeleted": keeps, "whenScaled": "Retain"}
