"""Checks the utilization at the desired sizes, and proposes better sizes."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.installation.capacity import (
    CPU_BAND,
    MEMORY_BAND,
    Utilization,
    allocatable_of,
    per_node_requests,
    requested,
    schedulable_groups,
    utilization,
)
from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, Settings

SETTING: Final = "nodeGroups"
MAX_COMBINATIONS: Final = 20_000
"""Maximum number of size combinations to try; no proposal beyond it."""


def sizing_warnings(settings: Settings, addons: Sequence[Addon]) -> Iterator[Problem]:
    """The warning, with numbers and better sizes, if the desired sizes are out of range.

    Only on AWS: the stack does not choose the nodes of an existing cluster, nor those that Karpenter
    or EKS Auto Mode create.
    """
    if not isinstance(settings, AwsSettings) or settings.addons.karpenter.enabled:
        return
    found = utilization(settings, addons)
    if found is None or is_in_range(found):
        return
    text = (
        f"{found.nodes} nodes at desired size provide {found.allocatable}; system pods, addons and applications "
        f"request {_shares(found)}; the target is {CPU_BAND[0]}-{CPU_BAND[1]} % of the CPU and "
        f"{MEMORY_BAND[0]}-{MEMORY_BAND[1]} % of the memory: {_fix(settings, addons)}"
    )
    yield Problem(SETTING, text)


def is_in_range(found: Utilization) -> bool:
    """Whether CPU and memory utilization are both in range."""
    return (
        CPU_BAND[0] <= found.cpu_percent <= CPU_BAND[1]
        and MEMORY_BAND[0] <= found.memory_percent <= MEMORY_BAND[1]
    )


def min_nodes(settings: AwsSettings) -> int:
    """The minimum number of nodes: one in each zone with high availability."""
    return len(settings.network.zones) if settings.replicas > 1 else 1


def _shares(found: Utilization) -> str:
    return f"{found.cpu_percent} % of the CPU and {found.memory_percent} % of the memory"


def _fix(settings: AwsSettings, addons: Sequence[Addon]) -> str:
    better = better_sizes(settings, addons)
    if better is None:
        need = requested(settings, addons, min_nodes(settings))
        ratio = need.memory_mib * CPU_BAND[1] / (need.cpu_millis * MEMORY_BAND[1])
        return (
            "no desiredSize between minSize and maxSize reaches it; choose instance types with about "
            f"{ratio:.1f} GiB allocatable per vCPU"
        )
    sizes, found = better
    named = ", ".join(f"{name} {size}" for name, size in sizes.items())
    return f"desired sizes {named} would result in {_shares(found)}"


def better_sizes(
    settings: AwsSettings, addons: Sequence[Addon]
) -> tuple[Mapping[str, int], Utilization] | None:
    """The desired sizes closest to the current ones with a utilization in range."""
    known = schedulable_groups(settings)
    if not known:
        return None
    ranges = [range(group.min_size, group.max_size + 1) for group, _ in known]
    if prod(map(len, ranges)) > MAX_COMBINATIONS:
        return None
    first, each = requested(settings, addons, 0), per_node_requests(settings, addons)
    found: list[tuple[int, int, tuple[int, ...], Utilization]] = []
    for sizes in product(*ranges):
        nodes = sum(sizes)
        if nodes < max(min_nodes(settings), 1):
            continue
        room = allocatable_of([(room, size) for (_, room), size in zip(known, sizes, strict=True)])
        tried = Utilization(requested=first + each.multiplied(nodes), allocatable=room, nodes=nodes)
        if is_in_range(tried):
            apart = sum(abs(size - group.desired_size) for (group, _), size in zip(known, sizes, strict=True))
            found.append((apart, nodes, sizes, tried))
    if not found:
        return None
    _, _, sizes, best = min(found, key=lambda one: one[:3])
    return {group.name: size for (group, _), size in zip(known, sizes, strict=True)}, best
