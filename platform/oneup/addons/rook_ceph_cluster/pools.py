"""Ceph's pools: a block pool, a shared file system and an object store."""

from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.addonkit.object_store import CEPH_BUCKET_CLASS, CEPH_STORE
from oneup.addonkit.pods import ContainerRequests
from oneup.addons.ceph_csi_drivers.drivers import BLOCK, SHARED, CsiDriver
from oneup.addons.rook_ceph_cluster.placement import spread_over_nodes
from oneup.settings.addons.storage import RookCephCluster
from oneup.values import Value, Values
from oneup.workspace.namespace import ROOK_CEPH

BLOCK_CLASS: Final = "rook-ceph-block"
SHARED_CLASS: Final = "rook-cephfs"

POOL: Final = "volumes"
FILE_SYSTEM: Final = "shared"

OBJECT_GATEWAY: Final = ContainerRequests(500, 1024)
METADATA_SERVER: Final = ContainerRequests(500, 2048)
OBJECT_GATEWAY_COUNT: Final = 2
METADATA_SERVERS: Final = 2
"""One active metadata server and one hot standby."""

_REPLICATED: Final[Values] = {
    "failureDomain": "host",
    "replicated": {"size": 3, "requireSafeReplicaSize": True},
}
"""Three copies on different nodes."""

_UNTIL_READY: Final = {
    "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready",
    "pulumi.com/timeoutSeconds": "1200",
}
"""Waits for Ceph's status, not the API server's: later resources bind volumes and claim buckets."""


def pools() -> tuple[Manifest, ...]:
    """The three; each is ready only when Ceph itself is."""
    gateway: Values = {
        "port": 80,
        "instances": OBJECT_GATEWAY_COUNT,
        "placement": spread_over_nodes("rook-ceph-rgw"),
        "resources": OBJECT_GATEWAY.resources,
        "priorityClassName": "system-cluster-critical",
    }
    server: Values = {
        "activeCount": 1,
        "activeStandby": True,
        "placement": spread_over_nodes("rook-ceph-mds"),
        "resources": METADATA_SERVER.resources,
        "priorityClassName": "system-cluster-critical",
    }
    objects: Values = {"metadataPool": _REPLICATED, "dataPool": _REPLICATED, "gateway": gateway}
    return (
        _ceph("CephBlockPool", POOL, _REPLICATED),
        _ceph(
            "CephFilesystem",
            FILE_SYSTEM,
            {
                "metadataPool": _REPLICATED,
                "dataPools": [{"name": "data", **_REPLICATED}],
                "metadataServer": server,
            },
        ),
        _ceph("CephObjectStore", CEPH_STORE, {**objects, "preservePoolsOnDelete": False}),
    )


def _ceph(kind: str, name: str, spec: Values) -> Manifest:
    return Manifest(
        api_version="ceph.rook.io/v1",
        kind=kind,
        name=name,
        namespace=ROOK_CEPH.name,
        annotations=_UNTIL_READY,
        body={"spec": spec},
    )


def storage_classes(knobs: RookCephCluster) -> tuple[Manifest, ...]:
    """Classes of block volumes (the default), of shared volumes and of buckets."""
    cluster = ROOK_CEPH.name
    block: Values = {
        "clusterID": cluster,
        "pool": POOL,
        "imageFormat": "2",
        "imageFeatures": "layering",
        **_secrets(BLOCK),
        "csi.storage.k8s.io/fstype": "ext4",
    }
    shared: Values = {
        "clusterID": cluster,
        "fsName": FILE_SYSTEM,
        "pool": f"{FILE_SYSTEM}-data",
        **_secrets(SHARED),
    }
    bucket: Values = {"objectStoreName": CEPH_STORE, "objectStoreNamespace": cluster}
    return (
        _class(BLOCK_CLASS, BLOCK, block, knobs),
        _class(SHARED_CLASS, SHARED, shared, knobs),
        Manifest(
            api_version="storage.k8s.io/v1",
            kind="StorageClass",
            name=CEPH_BUCKET_CLASS,
            body={
                "provisioner": f"{cluster}.ceph.rook.io/bucket",
                "parameters": bucket,
                "reclaimPolicy": "Delete",
            },
        ),
    )


def snapshot_classes() -> tuple[Manifest, ...]:
    """A snapshot class for each driver; the block one is the default."""
    return tuple(_snapshot_class(kind, name) for kind, name in ((BLOCK, BLOCK_CLASS), (SHARED, SHARED_CLASS)))


def _secrets(kind: CsiDriver) -> dict[str, Value]:
    """The Secrets with the driver's Ceph users, created by Rook."""
    prefix = "csi.storage.k8s.io"
    users = {
        "provisioner": "provisioner",
        "controller-expand": "provisioner",
        "controller-publish": "provisioner",
        "node-stage": "node",
    }
    named = {f"{prefix}/{step}-secret-name": f"rook-csi-{kind.short}-{user}" for step, user in users.items()}
    return {**named, **{f"{prefix}/{step}-secret-namespace": ROOK_CEPH.name for step in users}}


def _class(name: str, kind: CsiDriver, parameters: Values, knobs: RookCephCluster) -> Manifest:
    """Block volumes are the default: most claims are used by one pod."""
    default = {"storageclass.kubernetes.io/is-default-class": "true"} if kind is BLOCK else {}
    return Manifest(
        api_version="storage.k8s.io/v1",
        kind="StorageClass",
        name=name,
        annotations=default,
        body={
            "provisioner": kind.name,
            "parameters": parameters,
            "reclaimPolicy": knobs.volumes,
            "allowVolumeExpansion": True,
            # Volumes are reachable from every node, so binding need not wait for scheduling.
            "volumeBindingMode": "Immediate",
        },
    )


def _snapshot_class(kind: CsiDriver, name: str) -> Manifest:
    """``Delete``: a snapshot is deleted with its object; Velero selects the class by its label."""
    prefix = "csi.storage.k8s.io/snapshotter-secret"
    default = kind is BLOCK
    return Manifest(
        api_version="snapshot.storage.k8s.io/v1",
        kind="VolumeSnapshotClass",
        name=name,
        labels={"velero.io/csi-volumesnapshot-class": "true"},
        annotations={"snapshot.storage.kubernetes.io/is-default-class": "true"} if default else {},
        body={
            "driver": kind.name,
            "deletionPolicy": "Delete",
            "parameters": {
                "clusterID": ROOK_CEPH.name,
                f"{prefix}-name": f"rook-csi-{kind.short}-provisioner",
                f"{prefix}-namespace": ROOK_CEPH.name,
            },
        },
    )
