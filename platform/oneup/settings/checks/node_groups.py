"""Node groups that EKS can make and Kubernetes can use."""

from collections.abc import Callable, Iterator
from typing import Final

from oneup.settings.checks.surviving import repeated, surviving
from oneup.settings.errors import Problem, path, shown
from oneup.settings.instances import instance_type
from oneup.settings.model import AwsSettings
from oneup.settings.nodes import NodeGroup
from oneup.settings.shape import Path

_SMALLEST_DISK: Final = 20
_LARGEST_DISK: Final = 16384
_MOST_TAINTS: Final = 50


def _each(settings: AwsSettings, check: Callable[[Path, NodeGroup], Iterator[Problem]]) -> Iterator[Problem]:
    for index, group in enumerate(settings.node_groups):
        yield from surviving(check(("nodeGroups", index), group))


def names(settings: AwsSettings) -> Iterator[Problem]:
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


def sizes(settings: AwsSettings) -> Iterator[Problem]:
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


def instances(settings: AwsSettings) -> Iterator[Problem]:
    """Types of one architecture, each once."""
    yield from _each(settings, _types)


def _types(key: Path, group: NodeGroup) -> Iterator[Problem]:
    place = (*key, "instanceTypes")
    if not group.instance_types:
        yield Problem(path(place), "is empty; name at least one type, such as t3.large")
    yield from repeated(place, group.instance_types)
    known = [kind for kind in map(instance_type, group.instance_types) if kind]
    if len({kind.architecture for kind in known}) > 1:
        kinds = ", ".join(f"{kind.name} ({kind.architecture})" for kind in known)
        text = f"mixes processors: {kinds}; a group has one machine image, so make a group for each"
        yield Problem(path(place), text)


def taints(settings: AwsSettings) -> Iterator[Problem]:
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
