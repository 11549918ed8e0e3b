"""Velero: nightly backups of objects and volumes."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.object_store import Bucket, bucket_for
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.settings.addons.backup import Velero
from oneup.values import Values
from oneup.workspace.namespace import BACKUP
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("velero")

PODS: Final = PodSelector(NAME, BACKUP, {"app.kubernetes.io/name": NAME})
CRD_JOB: Final = PodSelector(f"{NAME}-definitions", BACKUP, {"app.kubernetes.io/component": "upgrade-crds"})
"""The pre-install job that upgrades the CRDs."""

SIZE: Final = ContainerRequests(100, 512)
"""Memory depends on the number of objects in the largest namespace."""

PLUGIN: Final = "docker.io/velero/velero-plugin-for-aws:v1.14.1"
"""The plug-in release for Velero 1.18."""

_LAST: Final = 'velero_backup_last_successful_timestamp{schedule!=""}'
_MADE: Final = f'kube_deployment_created{{namespace="{BACKUP.name}", deployment="{NAME}"}}'

ALERTS: Final = (
    Alert(
        name="VeleroDown",
        expr=deployment_down(BACKUP.name, NAME),
        minutes=15,
        severity="critical",
        summary="Velero is not ready: nothing is backed up, and nothing can be restored",
        runbook="velero-down",
    ),
    Alert(
        name="BackupFailed",
        expr=(
            "increase(velero_backup_failure_total[6h]) > 0"
            " or increase(velero_backup_partial_failure_total[6h]) > 0"
        ),
        minutes=1,
        summary="A backup of the schedule {{ $labels.schedule }} failed or is incomplete",
        runbook="backup-failed",
    ),
    Alert(
        name="BackupTooOld",
        # Before the first successful backup: since the Deployment was created.
        expr=f"time() - ({_LAST} or on () {_MADE}) > 36 * 3600",
        minutes=30,
        severity="critical",
        summary="The schedule {{ $labels.schedule }} has had no successful backup for 36 hours",
        runbook="backup-too-old",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``backup``; one pod, because a second would duplicate every backup."""
    settings = context.settings
    store = bucket_for(settings, "backups")
    identity = store.identity(NAME)
    return Addon(
        name=NAME,
        namespace=BACKUP,
        chart=Chart("https://vmware-tanzu.github.io/helm-charts", "velero", "12.1.0", leaves=("velero.io",)),
        values={
            "configuration": _configuration(store),
            # The CSI driver creates volume snapshots with its own role; Velero needs no EC2 permissions.
            "snapshotsEnabled": False,
            "credentials": {"useSecret": False, "extraSecretRef": store.claim},
            "schedules": {"nightly": _schedule(settings.addons.velero)},
            "initContainers": [_plugin()],
            **_pod(),
            "serviceAccount": {"server": {"create": identity is None, "name": NAME}},
            "metrics": {"serviceMonitor": {"autodetect": False, "enabled": context.has_monitoring}},
        },
        requires=store.requires,
        uses=(Capability.MONITORS,),
        identity=identity,
        timeout_seconds=600,
        prerequisite_manifests=store.claims(BACKUP),
        # Ceph has its own classes.
        post_install_manifests=() if store.claim else (_snapshot_class(),),
        alerts=ALERTS,
        pod_selectors=(PODS, CRD_JOB),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            *store.allow_egress_from(PODS),
            *allow_egress(CRD_JOB, Peer.API_SERVER),
            prometheus.allow_scraping(PODS, 8085),
        ),
        requests=pod_requests((SIZE, 1)),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _configuration(store: Bucket) -> Values:
    elsewhere: Values = {"s3Url": store.url, "s3ForcePathStyle": "true"} if store.claim else {}
    place: Values = {
        "name": "default",
        "provider": "aws",
        "bucket": store.bucket,
        "prefix": NAME,
        "default": True,
        "config": {"region": store.region, **elsewhere},
    }
    return {"backupStorageLocation": [place], "features": "EnableCSI"}


def _schedule(knobs: Velero) -> Values:
    """Everything including volumes, with the configured retention."""
    return {
        "schedule": knobs.schedule,
        "useOwnerReferencesInBackup": False,
        "template": {"ttl": f"{knobs.keep_days * 24}h", "includedNamespaces": ["*"], "snapshotVolumes": True},
    }


def _plugin() -> Values:
    """The S3 plug-in, copied by an init container."""
    return {
        "name": "velero-plugin-for-aws",
        "image": PLUGIN,
        "resources": ContainerRequests(10, 64).resources,
        "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 65534},
        "volumeMounts": [{"name": "plugins", "mountPath": "/target"}],
    }


def _pod() -> Values:
    """Of the server, and of the CRD upgrade job."""
    context: Values = {**RESTRICTED_CONTEXT, "runAsUser": 65534}
    return {
        "resources": SIZE.resources,
        "upgradeJobResources": ContainerRequests(50, 128).resources,
        "priorityClassName": STANDARD.name,
        "podSecurityContext": {"fsGroup": 65534},
        "containerSecurityContext": context,
        "kubectl": {
            "resources": ContainerRequests(10, 64).resources,
            "containerSecurityContext": context,
            "labels": CRD_JOB.labels,
        },
    }


def _snapshot_class() -> Manifest:
    """The snapshot class for EBS volumes; snapshots are retained when the object is deleted."""
    return Manifest(
        api_version="snapshot.storage.k8s.io/v1",
        kind="VolumeSnapshotClass",
        name="ebs-backup",
        labels={"velero.io/csi-volumesnapshot-class": "true"},
        body={"driver": "ebs.csi.aws.com", "deletionPolicy": "Retain"},
    )
