"""Prometheus: scraping, retention and remote write."""

from typing import Final
from urllib.parse import urlsplit

from oneup.addonkit.flow import ANY_PORT, DNS, NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import ContainerRequests, topology_spread
from oneup.addons.kube_prometheus_stack.volumes import claim, claim_retention_policy
from oneup.settings.addons.monitoring import KubePrometheusStack, Prometheus, RemoteWrite
from oneup.settings.model import Settings
from oneup.values import Values
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

PODS: Final = PodSelector(
    "prometheus",
    MONITORING,
    {
        "app.kubernetes.io/name": "prometheus",
        "operator.prometheus.io/name": "kube-prometheus-stack-prometheus",
    },
)

CONTROL_PLANE: Final = (2381, 10249, 10257, 10259)
"""Of etcd, kube-proxy, controller manager and scheduler."""

_SELECTORS: Final = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")


def allow_scraping(target: PodSelector | Peer, *ports: int) -> NetworkFlow:
    """Prometheus fetches figures."""
    return network_flow(PODS, target, *ports)


def flows(knobs: Prometheus) -> tuple[NetworkFlow, ...]:
    """Network flows that addons do not declare: nodes, DNS, applications, and remote write."""
    nodes = (9100, 10250, *(CONTROL_PLANE if knobs.control_plane else ()))
    stores = sorted({urlsplit(store.url).port or 443 for store in knobs.remote_write})
    return (
        *allow_egress(PODS),
        *allow_egress(PODS, Peer.API_SERVER),
        allow_scraping(Peer.NODES, *nodes),
        allow_scraping(DNS, 9153),
        network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
        # Its own port, and that of the config reloader.
        allow_scraping(PODS, 8080, 9090),
        *((network_flow(PODS, Peer.INTERNET, *stores),) if stores else ()),
    )


def size(knobs: Prometheus) -> ContainerRequests:
    """Requests of each replica."""
    return ContainerRequests(200, knobs.memory)


def values(settings: Settings, knobs: KubePrometheusStack, *, admin: bool) -> Values:
    """The chart's values for Prometheus; ``admin`` enables the admin API for snapshots, which can also delete."""
    replicas, keeps = settings.replicas, knobs.prometheus
    copies: Values = (
        {"remoteWrite": [_copy(target) for target in keeps.remote_write]} if keeps.remote_write else {}
    )
    return {
        "podDisruptionBudget": {"enabled": replicas > 1},
        "prometheusSpec": {
            "replicas": replicas,
            "externalLabels": {"cluster": f"oneup-{settings.stack}"},
            # Every monitor and rule in the cluster, not only those with the release's label.
            **{f"{kind}SelectorNilUsesHelmValues": False for kind in _SELECTORS},
            "retention": f"{keeps.retention_days}d",
            # Prometheus deletes whole blocks late, and the WAL uses the same volume.
            "retentionSize": f"{keeps.volume * 85 // 100}GB",
            "storageSpec": claim(knobs, keeps.volume),
            "persistentVolumeClaimRetentionPolicy": claim_retention_policy(settings),
            "enableAdminAPI": admin,
            "enableFeatures": ["exemplar-storage"],
            "resources": size(keeps).resources,
            "priorityClassName": STANDARD.name,
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": "prometheus"}),
            **copies,
        },
    }


def _copy(target: RemoteWrite) -> Values:
    """A remote write target, with references to its credentials."""
    if target.credentials is None:
        return {"url": target.url}
    keys = {
        part: {"name": target.credentials, "key": part, "optional": False}
        for part in ("username", "password")
    }
    return {"url": target.url, "basicAuth": keys}
