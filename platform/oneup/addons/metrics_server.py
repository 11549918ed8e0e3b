"""metrics-server: CPU and memory figures for autoscaling and ``kubectl top``."""

from typing import Final

from oneup.addons.addon import Addon, AddonName, Chart, Context, Footprint
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("metrics-server")


def addon(context: Context) -> Addon:
    """The release in ``kube-system``; two replicas where availability is high."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("https://kubernetes-sigs.github.io/metrics-server/", "metrics-server", "3.13.1"),
        values={
            "replicas": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
            "resources": {
                "requests": {"cpu": "100m", "memory": "200Mi"},
                "limits": {"memory": "200Mi"},
            },
        },
        footprint=Footprint(pods=replicas, cpu_millis=100 * replicas, memory_mib=200 * replicas),
    )
