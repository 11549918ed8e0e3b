"""Managed node groups of an AWS stack."""

from typing import Literal

from pydantic import Field

from oneup.settings.base import Section


class Taint(Section):
    """A taint on every node of a group."""

    key: str
    value: str = ""
    effect: Literal["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"] = "NO_SCHEDULE"


class NodeGroup(Section):
    """One managed node group."""

    name: str
    instance_types: tuple[str, ...]
    capacity: Literal["ON_DEMAND", "SPOT"] = "ON_DEMAND"
    min_size: int
    desired_size: int
    """Size at creation; the autoscaler owns it from then on."""

    max_size: int
    labels: dict[str, str] = Field(default_factory=dict)
    taints: tuple[Taint, ...] = ()
    disk_gib: int = 50
    zones: tuple[str, ...] | None = None
    """Zones of this group; all of the network's where none is given."""
