"""The knobs of what makes volumes and buckets where no cloud does."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import ExistingOnly
from oneup.settings.formats.form import Form, Unit

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
