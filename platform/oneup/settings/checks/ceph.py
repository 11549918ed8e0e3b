"""Ceph's nodes and disks."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem, path
from oneup.settings.existing import NodeRole
from oneup.settings.model import ExistingSettings

COPIES: Final = 3
"""Of everything, each on a node of its own; as many monitors agree by majority."""


def nodes(settings: ExistingSettings) -> Iterator[Problem]:
    """Three copies need three nodes, whatever the availability."""
    count = len(settings.existing.of(NodeRole.STORAGE))
    if settings.addons.rook_ceph_cluster.enabled and count < COPIES:
        text = (
            f"names {count} of the role storage; Ceph keeps {COPIES} copies on as many nodes: name {COPIES}"
        )
        yield Problem("existing.nodes", text, text)


def disks(settings: ExistingSettings) -> Iterator[Problem]:
    """Ceph is told which disks it may take; it is never let loose on all of them."""
    knobs = settings.addons.rook_ceph_cluster
    if not knobs.enabled or knobs.device_filter:
        return
    for index, node in enumerate(settings.existing.nodes):
        if node.role is NodeRole.STORAGE and not node.devices:
            text = "is empty; name the node's empty disks, or set addons.rookCephCluster.deviceFilter"
            yield Problem(path(("existing", "nodes", index, "devices")), text, text)


def wiped(settings: ExistingSettings) -> Iterator[Problem]:
    """A destroy that wipes disks is announced."""
    knobs = settings.addons.rook_ceph_cluster
    if knobs.enabled and knobs.wipe_on_destroy:
        text = "is on: a destroy wipes Ceph's disks, and Rook changes nothing of the cluster until then"
        yield Problem("addons.rookCephCluster.wipeOnDestroy", text, text)


def unsnapshotted(settings: ExistingSettings) -> Iterator[Problem]:
    """What takes snapshots of Ceph's volumes, night by night, and ends them again, is Velero."""
    if settings.addons.rook_ceph_cluster.enabled and not settings.addons.velero.enabled:
        text = (
            "is off: nobody takes snapshots of Ceph's volumes; turn it on, or make VolumeSnapshots yourself"
        )
        yield Problem("addons.velero.enabled", text, text)
