"""Whether the first nodes are as full as they should be, and which sizes would be right if not."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.installation.capacity import (
    CPU_BAND,
    MEMORY_BAND,
    Load,
    asked,
    groups,
    load,
    offered,
    on_each_node,
)
from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, Settings

KEY: Final = "nodeGroups"
MOST_TRIED: Final = 20_000
"""Combinations of sizes that are looked at for a better one; beyond, none is named."""


def sizing_warnings(settings: Settings, addons: Sequence[Addon]) -> Iterator[Problem]:
    """Why the groups' desired sizes are wrong, with the numbers and better ones; nothing where right.

    Only on AWS: nodes that are there already are not the stack's to choose. Nor are those that Karpenter
    or EKS Auto Mode make for whatever is asked.
    """
    if not isinstance(settings, AwsSettings) or settings.addons.karpenter.enabled:
        return
    found = load(settings, addons)
    if found is None or within(found):
        return
    text = (
        f"the {found.nodes} first nodes offer {found.offered}; the system, the addons and the applications "
        f"ask for {_shares(found)} of it, and should for {CPU_BAND[0]}-{CPU_BAND[1]} % of the CPU and "
        f"{MEMORY_BAND[0]}-{MEMORY_BAND[1]} % of the memory: {_way_out(settings, addons)}"
    )
    yield Problem(KEY, text)


def within(found: Load) -> bool:
    """Whether CPU and memory are both asked for as they should be."""
    return (
        CPU_BAND[0] <= found.cpu_percent <= CPU_BAND[1]
        and MEMORY_BAND[0] <= found.memory_percent <= MEMORY_BAND[1]
    )


def fewest(settings: AwsSettings) -> int:
    """Nodes that a stack needs whatever it asks for: one in each zone where availability is high."""
    return len(settings.network.zones) if settings.replicas > 1 else 1


def _shares(found: Load) -> str:
    return f"{found.cpu_percent} % of the CPU and {found.memory_percent} % of the memory"


def _way_out(settings: AwsSettings, addons: Sequence[Addon]) -> str:
    better = nearest(settings, addons)
    if better is None:
        need = asked(settings, addons, fewest(settings))
        ratio = need.memory_mib * CPU_BAND[1] / (need.cpu_millis * MEMORY_BAND[1])
        return (
            "no desired sizes between minSize and maxSize make it so; choose instance types with about "
            f"{ratio:.1f} GiB for pods on each vCPU"
        )
    sizes, found = better
    named = ", ".join(f"{name} {size}" for name, size in sizes.items())
    return f"with the desired sizes {named} they would ask for {_shares(found)}"


def nearest(settings: AwsSettings, addons: Sequence[Addon]) -> tuple[Mapping[str, int], Load] | None:
    """The desired sizes next to the present ones with which nodes are as full as they should be."""
    known = groups(settings)
    if not known:
        return None
    ranges = [range(group.min_size, group.max_size + 1) for group, _ in known]
    if prod(map(len, ranges)) > MOST_TRIED:
        return None
    first, each = asked(settings, addons, 0), on_each_node(settings, addons)
    found: list[tuple[int, int, tuple[int, ...], Load]] = []
    for sizes in product(*ranges):
        nodes = sum(sizes)
        if nodes < max(fewest(settings), 1):
            continue
        room = offered([(room, size) for (_, room), size in zip(known, sizes, strict=True)])
        tried = Load(asked=first + each.times(nodes), offered=room, nodes=nodes)
        if within(tried):
            apart = sum(abs(size - group.desired_size) for (group, _), size in zip(known, sizes, strict=True))
            found.append((apart, nodes, sizes, tried))
    if not found:
        return None
    _, _, sizes, best = min(found, key=lambda one: one[:3])
    return {group.name: size for (group, _), size in zip(known, sizes, strict=True)}, best
