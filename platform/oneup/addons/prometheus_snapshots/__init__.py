"""Nightly snapshots of Prometheus in the bucket ``metrics``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addonkit.backup import ScriptCronJob
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.object_store import write_only_statements
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.iam import Identity
from oneup.settings.model import AwsSettings
from oneup.values import Values
from oneup.workspace.namespace import MONITORING

NAME: Final = AddonName("prometheus-snapshots")

PODS: Final = PodSelector(NAME, MONITORING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 384)

PREFIX: Final = "prometheus"
"""Its prefix in the bucket."""

_SET: Final = "prometheus-kube-prometheus-stack-prometheus"
_POD: Final = f"{_SET}-0"
_CLAIM: Final = f"{_SET}-db-{_POD}"
_DATA: Final = "/prometheus"


def addon(context: AddonContext) -> Addon:
    """A job in ``monitoring``; one Prometheus replica is enough, because both store the same data."""
    settings = context.aws
    job = _job(settings)
    return Addon(
        name=NAME,
        namespace=MONITORING,
        requires=(kube_prometheus_stack.NAME,),
        has_services=False,
        identity=Identity(
            service_account=NAME, statements=write_only_statements(settings, "metrics", PREFIX)
        ),
        post_install_manifests=job.manifests(),
        alerts=(
            job.alert(
                "PrometheusSnapshotTooOld",
                "No Prometheus snapshot has been uploaded for 36 hours",
                "prometheus-snapshot-too-old",
            ),
        ),
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.AWS), network_flow(PODS, prometheus.PODS, 9090)),
        requests=pod_requests((SIZE, 1)),
        stage=Stage.VOLUMES,
    )


def _job(settings: AwsSettings) -> ScriptCronJob:
    """It reads the snapshot from the pod's volume, on the same node."""
    return ScriptCronJob(
        name=NAME,
        namespace=MONITORING.name,
        schedule=settings.addons.prometheus_snapshots.schedule,
        size=SIZE,
        environment={
            "PROMETHEUS": f"http://{_POD}.prometheus-operated.{MONITORING.name}.svc:9090",
            "DATA": _DATA,
            "BUCKET": settings.bucket("metrics"),
            "AWS_REGION": settings.aws.region,
        },
        # The same user id as Prometheus, which owns the files.
        user=1000,
        pod={"affinity": _same_node_affinity(), "securityContext": _owner()},
        claims={_CLAIM: {"mountPath": _DATA, "subPath": "prometheus-db"}},
        # The first copies everything.
        timeout_minutes=240,
    )


def _same_node_affinity() -> Values:
    """On Prometheus' node: a ReadWriteOnce volume can be mounted by several pods of one node."""
    labels = {"statefulset.kubernetes.io/pod-name": _POD}
    term: Values = {"labelSelector": {"matchLabels": labels}, "topologyKey": "kubernetes.io/hostname"}
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}


def _owner() -> Values:
    return {"runAsGroup": 2000, "fsGroup": 2000, "fsGroupChangePolicy": "OnRootMismatch"}
