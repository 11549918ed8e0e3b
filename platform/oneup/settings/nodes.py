"""Managed node groups of an AWS stack."""

from typing import Literal

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.aws import Gibibytes, InstanceTypeName, Nodes, Zone
from oneup.settings.formats.kubernetes import LabelValue, NodeGroupName, NodeLabelKey


class Taint(Section):
    """A taint on every node of a group."""

    key: NodeLabelKey
    """What a pod must tolerate."""

    value: LabelValue = ""
    """Its value."""

    effect: Literal["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"] = "NO_SCHEDULE"
    """What happens to a pod that does not tolerate it."""


class NodeGroup(Section):
    """One managed node group."""

    name: NodeGroupName
    """Its name, once in a stack."""

    instance_types: tuple[InstanceTypeName, ...]
    """Types of one processor architecture; several for spot capacity."""

    capacity: Literal["ON_DEMAND", "SPOT"] = "ON_DEMAND"
    """SPOT is cheaper, and AWS takes such nodes away at two minutes' notice."""

    min_size: Nodes
    """The least that the autoscaler keeps."""

    desired_size: Nodes
    """Size at creation; the autoscaler owns it from then on."""

    max_size: Nodes
    """The most that the autoscaler makes."""

    labels: dict[NodeLabelKey, LabelValue] = Field(default_factory=dict)
    """Labels of every node, such as ``node.role: worker``."""

    taints: tuple[Taint, ...] = ()
    """Taints on every node; one group at least has none."""

    disk_gib: Gibibytes = 50
    """The encrypted root volume."""

    zones: tuple[Zone, ...] | None = None
    """Zones of this group; all of the network's where none is given."""
