"""The settings of what makes volumes and buckets where no cloud does."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from oneup.settings.addons.switch import ExistingOnly
from oneup.settings.errors import Problem, path
from oneup.settings.existing import NodeRole
from oneup.settings.formats.form import Form, Unit

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings

DeviceFilter = Annotated[
    str,
    Form("a regular expression of disks' names, such as ^nvme[1-9]n1$", r"[\w^$.*+?|()\[\]-]{1,100}"),
]


class RookCephCluster(ExistingOnly):
    """Ceph on the storage nodes: disks, how they are used, and what a destroy does with them."""

    reason: ClassVar[str] = "it takes the nodes' own disks, and on AWS EBS and S3 give volumes and buckets"

    device_filter: DeviceFilter | None = None
    """Which disks of a storage node are taken where the node names none; only empty ones ever are."""

    disk_memory: Annotated[int, Unit("MiB"), Field(ge=2048)] = 4096
    """Memory of the daemon of each disk; most of it is its cache."""

    encrypt_disks: bool = True
    """Whether disks are encrypted; it holds for disks that are taken from then on."""

    encrypt_traffic: bool = False
    """Whether what goes between nodes is encrypted; it costs a fifth of the speed, and every node needs a
    kernel of 5.11 or newer."""

    volumes: Literal["Delete", "Retain"] = "Delete"
    """What becomes of a volume whose claim goes. Volumes that are retained hold up a destroy."""

    wipe_on_destroy: bool = False
    """Whether a destroy wipes the disks. Turn it on with one ``make up`` right before ``make destroy``:
    while it is on, Rook changes nothing of the cluster."""


COPIES: Final = 3
"""Of everything, each on a node of its own; as many monitors agree by majority."""


def ceph_nodes(settings: "ExistingSettings") -> Iterator[Problem]:
    """Three copies need three nodes, whatever the availability."""
    count = len(settings.existing.of(NodeRole.STORAGE))
    if settings.addons.rook_ceph_cluster.enabled and count < COPIES:
        text = (
            f"names {count} of the role storage; Ceph keeps {COPIES} copies on as many nodes: name {COPIES}"
        )
        yield Problem("existing.nodes", text, text)


def ceph_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """Ceph is told which disks it may take; it is never let loose on all of them."""
    knobs = settings.addons.rook_ceph_cluster
    if not knobs.enabled or knobs.device_filter:
        return
    for index, node in enumerate(settings.existing.nodes):
        if node.role is NodeRole.STORAGE and not node.devices:
            text = "is empty; name the node's empty disks, or set addons.rookCephCluster.deviceFilter"
            yield Problem(path(("existing", "nodes", index, "devices")), text, text)


def ceph_wiped_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """A destroy that wipes disks is announced."""
    knobs = settings.addons.rook_ceph_cluster
    if knobs.enabled and knobs.wipe_on_destroy:
        text = "is on: a destroy wipes Ceph's disks, and Rook changes nothing of the cluster until then"
        yield Problem("addons.rookCephCluster.wipeOnDestroy", text, text)


def ceph_without_snapshots(settings: "ExistingSettings") -> Iterator[Problem]:
    """What takes snapshots of Ceph's volumes, night by night, and ends them again, is Velero."""
    if settings.addons.rook_ceph_cluster.enabled and not settings.addons.velero.enabled:
        text = (
            "is off: nobody takes snapshots of Ceph's volumes; turn it on, or make VolumeSnapshots yourself"
        )
        yield Problem("addons.velero.enabled", text, text)
