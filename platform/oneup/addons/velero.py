"""Velero: backs the cluster's objects and volumes up, every night."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Place, Pods, reaches
from oneup.addonkit.object_store import ObjectStore, bucket_of
from oneup.addonkit.pods import CONTAINER, Size, footprint
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.settings.addons.backup import Velero
from oneup.values import Values
from oneup.workspace.namespace import BACKUP
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("velero")

PODS: Final = Pods(NAME, BACKUP, {"app.kubernetes.io/name": NAME})
DEFINER: Final = Pods(f"{NAME}-definitions", BACKUP, {"app.kubernetes.io/component": "upgrade-crds"})
"""A job before each installation, which renews the definitions."""

SIZE: Final = Size(100, 512)
"""Its memory grows with the objects of the largest namespace."""

PLUGIN: Final = "docker.io/velero/velero-plugin-for-aws:v1.14.1"
"""Of the line that goes with Velero 1.18."""

_LAST: Final = 'velero_backup_last_successful_timestamp{schedule!=""}'
_MADE: Final = f'kube_deployment_created{{namespace="{BACKUP.name}", deployment="{NAME}"}}'

ALERTS: Final = (
    Alert(
        name="VeleroDown",
        expr=deployment_down(BACKUP.name, NAME),
        minutes=15,
        severity="critical",
        summary="Velero has no ready pod: nothing is backed up, and nothing can be restored",
        runbook="velero-down",
    ),
    Alert(
        name="BackupFailed",
        expr=(
            "increase(velero_backup_failure_total[6h]) > 0"
            " or increase(velero_backup_partial_failure_total[6h]) > 0"
        ),
        minutes=1,
        summary="A backup of the schedule {{ $labels.schedule }} has failed, or misses something",
        runbook="backup-failed",
    ),
    Alert(
        name="BackupTooOld",
        # Before the first good backup there is no time of one: then since Velero is here.
        expr=f"time() - ({_LAST} or on () {_MADE}) > 36 * 3600",
        minutes=30,
        severity="critical",
        summary="No good backup has been made for a day and a half, by the schedule {{ $labels.schedule }}",
        runbook="backup-too-old",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``backup``; one pod by nature: a second would make every backup again."""
    settings = context.settings
    store = bucket_of(settings, "backups")
    identity = store.identity(NAME)
    return Addon(
        name=NAME,
        namespace=BACKUP,
        chart=Chart("https://vmware-tanzu.github.io/helm-charts", "velero", "12.1.0"),
        values={
            "configuration": _configuration(store),
            # Volumes are snapshot by their CSI driver, with its own role; Velero's needs no EC2.
            "snapshotsEnabled": False,
            "credentials": {"useSecret": False, "extraSecretRef": store.claim},
            "schedules": {"nightly": _schedule(settings.addons.velero)},
            "initContainers": [_plugin()],
            **_pod(),
            "serviceAccount": {"server": {"create": identity is None, "name": NAME}},
            "metrics": {"serviceMonitor": {"autodetect": False, "enabled": context.monitored}},
        },
        requires=store.requires,
        uses=(Capability.MONITORS,),
        identity=identity,
        timeout_seconds=600,
        before=store.claims(BACKUP),
        # Ceph brings classes of its own.
        after=() if store.claim else (_snapshot_class(),),
        alerts=ALERTS,
        pods=(PODS, DEFINER),
        flows=(
            *reaches(PODS, Place.API_SERVER),
            *store.used_by(PODS),
            *reaches(DEFINER, Place.API_SERVER),
            prometheus.scrapes(PODS, 8085),
        ),
        footprint=footprint((SIZE, 1)),
        owns_outside=True,
        stage=Stage.VOLUMES,
    )


def _configuration(store: ObjectStore) -> Values:
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
    """Everything, with the volumes; kept as long as the settings say."""
    return {
        "schedule": knobs.schedule,
        "useOwnerReferencesInBackup": False,
        "template": {"ttl": f"{knobs.keep_days * 24}h", "includedNamespaces": ["*"], "snapshotVolumes": True},
    }


def _plugin() -> Values:
    """How Velero speaks to S3: a program that this container copies beside it."""
    return {
        "name": "velero-plugin-for-aws",
        "image": PLUGIN,
        "resources": Size(10, 64).resources,
        "securityContext": {**CONTAINER, "runAsUser": 65534},
        "volumeMounts": [{"name": "plugins", "mountPath": "/target"}],
    }


def _pod() -> Values:
    """Of the server, and of the job that renews the definitions on an upgrade."""
    context: Values = {**CONTAINER, "runAsUser": 65534}
    return {
        "resources": SIZE.resources,
        "upgradeJobResources": Size(50, 128).resources,
        "priorityClassName": STANDARD.name,
        "podSecurityContext": {"fsGroup": 65534},
        "containerSecurityContext": context,
        "kubectl": {
            "resources": Size(10, 64).resources,
            "containerSecurityContext": context,
            "labels": DEFINER.labels,
        },
    }


def _snapshot_class() -> Manifest:
    """The class by which Velero has EBS volumes snapshot; a snapshot outlives the object that names it."""
    return Manifest(
        api_version="snapshot.storage.k8s.io/v1",
        kind="VolumeSnapshotClass",
        name="ebs-backup",
        labels={"velero.io/csi-volumesnapshot-class": "true"},
        body={"driver": "ebs.csi.aws.com", "deletionPolicy": "Retain"},
    )
