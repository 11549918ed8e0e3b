"""Prometheus: what it scrapes, keeps and copies."""

from typing import Final

from oneup.addons.monitoring.volumes import claim, kept
from oneup.addons.pods import Size, spread
from oneup.settings.addons.monitoring import KubePrometheusStack, Prometheus, RemoteWrite
from oneup.settings.model import Settings
from oneup.values import Values
from oneup.workspace.priority import STANDARD

_SELECTORS: Final = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")


def size(knobs: Prometheus) -> Size:
    """What each replica asks for."""
    return Size(200, knobs.memory)


def values(settings: Settings, knobs: KubePrometheusStack, *, admin: bool) -> Values:
    """What the chart is told of Prometheus; ``admin`` opens its API for snapshots, which can also delete."""
    replicas, keeps = settings.replicas, knobs.prometheus
    copies: Values = (
        {"remoteWrite": [_copy(target) for target in keeps.remote_write]} if keeps.remote_write else {}
    )
    return {
        "podDisruptionBudget": {"enabled": replicas > 1},
        "prometheusSpec": {
            "replicas": replicas,
            "externalLabels": {"cluster": f"oneup-{settings.stack}"},
            # Every monitor and rule in the cluster, not only those that carry the release's label.
            **{f"{kind}SelectorNilUsesHelmValues": False for kind in _SELECTORS},
            "retention": f"{keeps.retention_days}d",
            # Prometheus deletes whole blocks after the fact, and writes its log beside them.
            "retentionSize": f"{keeps.volume * 85 // 100}GB",
            "storageSpec": claim(knobs, keeps.volume),
            "persistentVolumeClaimRetentionPolicy": kept(settings),
            "enableAdminAPI": admin,
            "enableFeatures": ["exemplar-storage"],
            "resources": size(keeps).resources,
            "priorityClassName": STANDARD.name,
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": "prometheus"}),
            **copies,
        },
    }


def _copy(target: RemoteWrite) -> Values:
    """A remote store, with the names of its credentials."""
    if target.credentials is None:
        return {"url": target.url}
    keys = {
        part: {"name": target.credentials, "key": part, "optional": False}
        for part in ("username", "password")
    }
    return {"url": target.url, "basicAuth": keys}
