"""Managed node groups of an AWS stack."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.errors import Problem, after_invalid_values, path, repeated, shown
from oneup.settings.formats.aws import Gibibytes, InstanceTypeName, Nodes, Zone
from oneup.settings.formats.kubernetes import LabelValue, NodeGroupName, NodeLabelKey
from oneup.settings.instances import InstanceType, instance_type
from oneup.settings.shape import Path

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings


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


_SMALLEST_DISK: Final = 20
_LARGEST_DISK: Final = 16384
_MOST_TAINTS: Final = 50


def _each(
    settings: "AwsSettings", check: Callable[[Path, NodeGroup], Iterator[Problem]]
) -> Iterator[Problem]:
    for index, group in enumerate(settings.node_groups):
        yield from after_invalid_values(check(("nodeGroups", index), group))


def group_names(settings: "AwsSettings") -> Iterator[Problem]:
    """At least one group, each with a name of its own."""
    if not settings.node_groups and not settings.cluster.auto_mode:
        yield Problem("nodeGroups", "is empty, and pods need nodes; name at least one group")
    named: dict[str, int] = {}
    for index, group in enumerate(settings.node_groups):
        name = getattr(group, "name", None)
        if name in named:
            text = f"{name} is the name of nodeGroups[{named[name]}] already; give each group its own"
            yield Problem(path(("nodeGroups", index, "name")), text)
        elif name is not None:
            named[name] = index


def group_sizes(settings: "AwsSettings") -> Iterator[Problem]:
    """Minimum, desired and maximum in this order; a disk that AL2023 fits on."""
    yield from _each(settings, _counts)
    yield from _each(settings, _disk)


def _counts(key: Path, group: NodeGroup) -> Iterator[Problem]:
    low, desired, high = group.min_size, group.desired_size, group.max_size
    if low < 0:
        yield Problem(path((*key, "minSize")), f"{low} is less than nothing; give at least 0")
    if high < 1:
        yield Problem(path((*key, "maxSize")), f"{high} leaves no node; give at least 1")
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
        text = f"{group.disk_gib} GiB is no size for a node's disk; give {_SMALLEST_DISK} to {_LARGEST_DISK}"
        yield Problem(path((*key, "diskGib")), text)


def instance_types(settings: "AwsSettings") -> Iterator[Problem]:
    """Types of one architecture, each once."""
    yield from _each(settings, _architectures)


def _architectures(key: Path, group: NodeGroup) -> Iterator[Problem]:
    place = (*key, "instanceTypes")
    if not group.instance_types:
        yield Problem(path(place), "is empty; name at least one type, such as t3.large")
    yield from repeated(place, group.instance_types)
    known = [kind for kind in map(instance_type, group.instance_types) if kind]
    if len({kind.architecture for kind in known}) > 1:
        kinds = ", ".join(f"{kind.name} ({kind.architecture})" for kind in known)
        text = f"mixes processors: {kinds}; a group has one machine image, so make a group for each"
        yield Problem(path(place), text)


def group_taints(settings: "AwsSettings") -> Iterator[Problem]:
    """Each taint once, and a group on which ordinary pods can run."""
    yield from _each(settings, _repeated_taints)
    closed = ("NO_SCHEDULE", "NO_EXECUTE")
    groups = settings.node_groups
    if groups and all(any(taint.effect in closed for taint in group.taints) for group in groups):
        text = "are all tainted, so CoreDNS and the controllers find no node; leave one group without taints"
        yield Problem("nodeGroups", text)


def _repeated_taints(key: Path, group: NodeGroup) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(group.taints):
        if (taint.key, taint.effect) in seen:
            text = f"{shown(taint.key)} with {taint.effect} is there already; remove one of the two"
            yield Problem(path((*key, "taints", index)), text)
        seen.add((taint.key, taint.effect))
    if len(group.taints) > _MOST_TAINTS:
        yield Problem(path((*key, "taints")), f"has {len(group.taints)}; EKS takes at most {_MOST_TAINTS}")


_SYSTEM_PODS: Final = 5
"""On every node: aws-node, kube-proxy, the EBS driver, the pod identity and node monitoring agents."""

_FEWEST_PODS: Final = _SYSTEM_PODS + 3


def _types(settings: "AwsSettings") -> Iterator[tuple[str, str]]:
    """Each instance type with the key where it is named."""
    for index, group in enumerate(settings.node_groups):
        for place, name in enumerate(group.instance_types):
            yield path(("nodeGroups", index, "instanceTypes", place)), name


def pods_per_node(settings: "AwsSettings") -> Iterator[Problem]:
    """A node holds more than the system's own pods."""
    delegated = settings.cluster.prefix_delegation
    for key, name in _types(settings):
        kind = instance_type(name)
        holds = kind.pods(prefix_delegation=delegated) if kind else _FEWEST_PODS
        if kind and holds < _FEWEST_PODS:
            few = f"{name} holds {holds} pods, and the system has {_SYSTEM_PODS} on every node"
            yield Problem(key, f"{few}; {_way_out(kind)}")


def _way_out(kind: InstanceType) -> str:
    if not kind.nitro:
        return f"{kind.name} takes no address prefixes, so choose a larger type, such as t3.medium"
    lifted = kind.pods(prefix_delegation=True)
    return f"set cluster.prefixDelegation: true ({lifted} pods), or choose a larger type, such as t3.medium"


def unknown_instance_types(settings: "AwsSettings") -> Iterator[Problem]:
    """A type that is not in the table is used as it is."""
    for key, name in _types(settings):
        if instance_type(name) is None:
            text = f"{name} is not in oneup's table of instance types: what it can hold is not counted"
            yield Problem(key, text)
