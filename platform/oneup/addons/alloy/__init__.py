"""Alloy: ships the log lines of every node to Loki."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, daemonset_missing_pods
from oneup.addonkit.assets import read_text
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import NODE_LOG_READER, TOLERATE_ALL, ContainerRequests, daemonset_requests
from oneup.addons import loki
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("alloy")

PODS: Final = PodSelector(NAME, LOGGING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 256)

POSITIONS: Final = "/var/lib/alloy"
"""On each node: the read position of each file, so that a restart neither loses nor repeats lines."""

_POSITIONS_MOUNT: Final[Values] = {"name": "positions", "mountPath": POSITIONS}
_POSITIONS_VOLUME: Final[Values] = {
    "name": "positions",
    "hostPath": {"path": POSITIONS, "type": "DirectoryOrCreate"},
}

_PIPELINE: Final = read_text("alloy/pods.alloy")

ALERTS: Final = (
    Alert(
        name="LogShipperMissing",
        expr=daemonset_missing_pods("logging", "alloy"),
        minutes=15,
        summary="Alloy is not running on {{ $value }} nodes: their logs are not shipped",
        runbook="log-shipper-missing",
    ),
    Alert(
        name="LogPipelineStalled",
        expr='(sum(rate(loki_write_sent_entries_total{job="alloy"}[10m])) or vector(0)) == 0',
        minutes=15,
        severity="critical",
        summary="Loki has received no log lines for 15 minutes",
        runbook="log-pipeline-stalled",
    ),
    Alert(
        name="LogLinesDropped",
        expr='sum by (reason) (rate(loki_write_dropped_entries_total{job="alloy"}[10m])) > 0',
        minutes=15,
        summary="Alloy drops log lines: {{ $labels.reason }}",
        runbook="log-lines-dropped",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The DaemonSet in ``logging``: reads the nodes' log files and adds pod metadata from the API."""
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://grafana.github.io/helm-charts", "alloy", "1.11.1"),
        values={
            "crds": {"create": False},
            "alloy": {
                "configMap": {"content": _PIPELINE},
                "enableReporting": False,
                "storagePath": POSITIONS,
                "extraEnv": [
                    {"name": "LOKI_URL", "value": loki.URL},
                    {"name": "CLUSTER", "value": context.cluster_name},
                ],
                "mounts": {"varlog": True, "extra": [_POSITIONS_MOUNT]},
                "securityContext": NODE_LOG_READER,
                "resources": SIZE.resources,
            },
            # The chart then annotates the pods with the pipeline's checksum: a change restarts them.
            "configReloader": {"enabled": False},
            "controller": {
                "priorityClassName": STANDARD.name,
                "tolerations": TOLERATE_ALL,
                "volumes": {"extra": [_POSITIONS_VOLUME]},
            },
            "rbac": {"rules": [_may("get")], "clusterRules": [_may("list", "watch")]},
            "serviceMonitor": {"enabled": context.has_monitoring},
        },
        soft_dependencies=(loki.NAME,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS),
            *allow_egress(PODS, Peer.API_SERVER),
            network_flow(PODS, loki.PODS, 3100),
            prometheus.allow_scraping(PODS, 12345),
        ),
        requests=daemonset_requests(SIZE),
    )


def _may(*verbs: str) -> Values:
    """A rule on pods alone; the chart's own would let it read every Secret."""
    return {"apiGroups": [""], "resources": ["pods"], "verbs": verbs}
