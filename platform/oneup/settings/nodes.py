"""Managed node groups of an AWS stack."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.errors import Problem, after_invalid_values, display, duplicates, path
from oneup.settings.formats.aws import Gibibytes, InstanceTypeName, Nodes, Zone
from oneup.settings.formats.kubernetes import LabelValue, NodeGroupName, NodeLabelKey
from oneup.settings.instances import InstanceType, instance_type
from oneup.settings.shape import Path

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings


class Taint(Section):
    """A taint on every node of a group."""

    key: NodeLabelKey
    """Key of the taint."""

    value: LabelValue = ""
    """Value of the taint."""

    effect: Literal["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"] = "NO_SCHEDULE"
    """Effect on pods that do not tolerate it."""


class NodeGroup(Section):
    """One managed node group."""

    name: NodeGroupName
    """Unique name."""

    instance_types: tuple[InstanceTypeName, ...]
    """Instance types of one architecture; use several for spot."""

    capacity: Literal["ON_DEMAND", "SPOT"] = "ON_DEMAND"
    """SPOT is cheaper, but AWS can interrupt nodes with two minutes' notice."""

    min_size: Nodes
    """Minimum size for the autoscaler."""

    desired_size: Nodes
    """Size at creation; later the autoscaler sets it."""

    max_size: Nodes
    """Maximum size for the autoscaler."""

    labels: dict[NodeLabelKey, LabelValue] = Field(default_factory=dict)
    """Labels of every node, such as ``node.role: worker``."""

    taints: tuple[Taint, ...] = ()
    """Taints of every node; at least one group must have none."""

    disk_gib: Gibibytes = 50
    """Size of the encrypted root volume."""

    zones: tuple[Zone, ...] | None = None
    """Zones of this group; default: all zones of the network."""


_SMALLEST_DISK: Final = 20
_LARGEST_DISK: Final = 16384
_MOST_TAINTS: Final = 50


def _per_group(
    settings: "AwsSettings", check: Callable[[Path, NodeGroup], Iterator[Problem]]
) -> Iterator[Problem]:
    for index, group in enumerate(settings.node_groups):
        yield from after_invalid_values(check(("nodeGroups", index), group))


def group_names(settings: "AwsSettings") -> Iterator[Problem]:
    """At least one group, each with a name of its own."""
    if not settings.node_groups and not settings.cluster.auto_mode:
        yield Problem("nodeGroups", "is empty, and pods need nodes; add at least one group")
    named: dict[str, int] = {}
    for index, group in enumerate(settings.node_groups):
        name = getattr(group, "name", None)
        if name in named:
            text = f"{name} is already the name of nodeGroups[{named[name]}]; use a unique name"
            yield Problem(path(("nodeGroups", index, "name")), text)
        elif name is not None:
            named[name] = index


def group_sizes(settings: "AwsSettings") -> Iterator[Problem]:
    """Minimum, desired and maximum size in order; a disk large enough for AL2023."""
    yield from _per_group(settings, _scaling_sizes)
    yield from _per_group(settings, _disk)


def _scaling_sizes(key: Path, group: NodeGroup) -> Iterator[Problem]:
    low, desired, high = group.min_size, group.desired_size, group.max_size
    if low < 0:
        yield Problem(path((*key, "minSize")), f"{low} is negative; give at least 0")
    if high < 1:
        yield Problem(path((*key, "maxSize")), f"{high} allows no node; give at least 1")
    if low > high:
        yield Problem(
            path((*key, "minSize")), f"{low} is more than maxSize {high}; give at most {max(high, 0)}"
        )
    elif not low <= desired <= high:
        nearest = low if desired < low else high
        text = f"{desired} is not between minSize {low} and maxSize {high}; did you mean {nearest}?"
        yield Problem(path((*key, "desiredSize")), text)


def _disk(key: Path, group: NodeGroup) -> Iterator[Problem]:
    if not _SMALLEST_DISK <= group.disk_gib <= _LARGEST_DISK:
        text = f"{group.disk_gib} GiB is not a valid disk size; give {_SMALLEST_DISK} to {_LARGEST_DISK}"
        yield Problem(path((*key, "diskGib")), text)


def instance_types(settings: "AwsSettings") -> Iterator[Problem]:
    """Types of one architecture, each once."""
    yield from _per_group(settings, _architectures)


def _architectures(key: Path, group: NodeGroup) -> Iterator[Problem]:
    place = (*key, "instanceTypes")
    if not group.instance_types:
        yield Problem(path(place), "is empty; add at least one type, such as t3.large")
    yield from duplicates(place, group.instance_types)
    known = [kind for kind in map(instance_type, group.instance_types) if kind]
    if len({kind.architecture for kind in known}) > 1:
        kinds = ", ".join(f"{kind.name} ({kind.architecture})" for kind in known)
        text = f"mixes processors: {kinds}; a group has one AMI, so use one group for each"
        yield Problem(path(place), text)


def group_taints(settings: "AwsSettings") -> Iterator[Problem]:
    """Unique taints, and at least one group for ordinary pods."""
    yield from _per_group(settings, _repeated_taints)
    closed = ("NO_SCHEDULE", "NO_EXECUTE")
    groups = settings.node_groups
    if groups and all(any(taint.effect in closed for taint in group.taints) for group in groups):
        text = "are all tainted, so CoreDNS and the controllers cannot be scheduled; leave one group without taints"
        yield Problem("nodeGroups", text)


def _repeated_taints(key: Path, group: NodeGroup) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(group.taints):
        if (taint.key, taint.effect) in seen:
            text = f"{display(taint.key)} with {taint.effect} is there already; remove one of the two"
            yield Problem(path((*key, "taints", index)), text)
        seen.add((taint.key, taint.effect))
    if len(group.taints) > _MOST_TAINTS:
        yield Problem(path((*key, "taints")), f"has {len(group.taints)}; EKS allows at most {_MOST_TAINTS}")


_SYSTEM_PODS: Final = 5
"""On every node: aws-node, kube-proxy, the EBS driver, the pod identity and node monitoring agents."""

_MIN_PODS: Final = _SYSTEM_PODS + 3


def _types(settings: "AwsSettings") -> Iterator[tuple[str, str]]:
    """Each instance type with the key where it is named."""
    for index, group in enumerate(settings.node_groups):
        for place, name in enumerate(group.instance_types):
            yield path(("nodeGroups", index, "instanceTypes", place)), name


def pods_per_node(settings: "AwsSettings") -> Iterator[Problem]:
    """A node has room for more than the system pods."""
    delegated = settings.cluster.prefix_delegation
    for key, name in _types(settings):
        kind = instance_type(name)
        holds = kind.pods(prefix_delegation=delegated) if kind else _MIN_PODS
        if kind and holds < _MIN_PODS:
            few = f"{name} allows {holds} pods, and every node runs {_SYSTEM_PODS} system pods"
            yield Problem(key, f"{few}; {_fix(kind)}")


def _fix(kind: InstanceType) -> str:
    if not kind.nitro:
        return f"{kind.name} does not support prefix delegation; choose a larger type, such as t3.medium"
    lifted = kind.pods(prefix_delegation=True)
    return f"set cluster.prefixDelegation: true ({lifted} pods), or choose a larger type, such as t3.medium"


def unknown_instance_types(settings: "AwsSettings") -> Iterator[Problem]:
    """An unknown instance type is used without a capacity check."""
    for key, name in _types(settings):
        if instance_type(name) is None:
            text = f"{name} is not a known instance type: its capacity is not checked"
            yield Problem(key, text)
