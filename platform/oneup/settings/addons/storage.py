"""The settings of what makes volumes and buckets where no cloud does."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from oneup.settings.addons.switch import ExistingClusterAddon
from oneup.settings.errors import Problem, path
from oneup.settings.existing import NodeRole
from oneup.settings.formats.form import Format, Unit

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings

DeviceFilter = Annotated[
    str,
    Format("a regular expression of disks' names, such as ^nvme[1-9]n1$", r"[\w^$.*+?|()\[\]-]{1,100}"),
]


class RookCephCluster(ExistingClusterAddon):
    """Ceph on the storage nodes: disks, encryption, deletion."""

    unsupported_reason: ClassVar[str] = "it uses the nodes' disks; on AWS, use EBS and S3"

    device_filter: DeviceFilter | None = None
    """Disks to use on storage nodes without ``devices``; only empty disks are used."""

    disk_memory: Annotated[int, Unit("MiB"), Field(ge=2048)] = 4096
    """Memory of each disk's daemon (OSD); most of it is cache."""

    encrypt_disks: bool = True
    """Whether disks are encrypted; applies to disks that are added later."""

    encrypt_traffic: bool = False
    """Whether traffic between nodes is encrypted; costs about 20 % throughput, and every node needs
    Linux 5.11 or newer."""

    volumes: Literal["Delete", "Retain"] = "Delete"
    """Reclaim policy: what happens to a volume when its claim is deleted. Retained volumes block a destroy."""

    wipe_on_destroy: bool = False
    """Whether a destroy wipes the disks. Enable it with ``make up`` right before ``make destroy``:
    while it is on, Rook does not manage the cluster."""


REPLICAS: Final = 3
"""Replicas of all data, each on its own node; also the number of monitors."""


def ceph_nodes(settings: "ExistingSettings") -> Iterator[Problem]:
    """Three replicas need three nodes, whatever the availability."""
    count = len(settings.existing.nodes_with_role(NodeRole.STORAGE))
    if settings.addons.rook_ceph_cluster.enabled and count < REPLICAS:
        text = f"names {count} with the role storage; Ceph keeps {REPLICAS} replicas on as many nodes: list {REPLICAS}"
        yield Problem("existing.nodes", text, text)


def ceph_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """Ceph only uses disks that are listed or match a filter."""
    knobs = settings.addons.rook_ceph_cluster
    if not knobs.enabled or knobs.device_filter:
        return
    for index, node in enumerate(settings.existing.nodes):
        if node.role is NodeRole.STORAGE and not node.devices:
            text = "is empty; list the node's empty disks, or set addons.rookCephCluster.deviceFilter"
            yield Problem(path(("existing", "nodes", index, "devices")), text, text)


def ceph_wiped_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """A destroy that wipes disks is reported."""
    knobs = settings.addons.rook_ceph_cluster
    if knobs.enabled and knobs.wipe_on_destroy:
        text = "is on: a destroy wipes Ceph's disks, and until then Rook does not manage the cluster"
        yield Problem("addons.rookCephCluster.wipeOnDestroy", text, text)


def ceph_without_snapshots(settings: "ExistingSettings") -> Iterator[Problem]:
    """Velero takes the nightly snapshots of Ceph volumes and expires them."""
    if settings.addons.rook_ceph_cluster.enabled and not settings.addons.velero.enabled:
        text = (
            "is off: no snapshots of Ceph volumes are taken; turn it on, or create VolumeSnapshots yourself"
        )
        yield Problem("addons.velero.enabled", text, text)
