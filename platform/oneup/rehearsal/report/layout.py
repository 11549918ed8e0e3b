"""Layered layout of a dependency graph with few crossings."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

DependencyMap: TypeAlias = Mapping[str, frozenset[str]]
"""What each node needs, by name."""

SWEEPS = 6
"""Passes over the layers; more make no visible difference."""


def layers(needs: DependencyMap) -> Sequence[Sequence[str]]:
    """The nodes layer by layer, ordered to reduce crossings."""
    depth = _depths(needs)
    count = max(depth.values(), default=-1) + 1
    rows = [[node for node in needs if depth[node] == layer] for layer in range(count)]
    users: dict[str, list[str]] = {node: [] for node in needs}
    for node, needed in needs.items():
        for other in sorted(needed):
            users[other].append(node)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        beside: Mapping[str, Sequence[str]] = {n: sorted(needs[n]) for n in needs} if forward else users
        for row in rows if forward else reversed(rows):
            _reduce_crossings(row, beside, rows)
    return rows


def _depths(needs: DependencyMap) -> Mapping[str, int]:
    """The longest dependency chain of each node; cycles are cut."""
    depth: dict[str, int] = {}

    def of(node: str, trail: frozenset[str]) -> int:
        if node not in depth:
            below = [of(other, trail | {node}) for other in sorted(needs[node]) if other not in trail]
            depth[node] = max(below, default=-1) + 1
        return depth[node]

    for node in needs:
        of(node, frozenset((node,)))
    return depth


def _reduce_crossings(
    row: list[str], beside: Mapping[str, Sequence[str]], rows: Sequence[Sequence[str]]
) -> None:
    """Sort a layer by the mean position of neighbours."""
    place = {node: (index + 0.5) / len(layer) for layer in rows for index, node in enumerate(layer)}

    def centre(node: str) -> float:
        near = [place[other] for other in beside[node]]
        return sum(near) / len(near) if near else place[node]

    row.sort(key=lambda node: (centre(node), place[node]))
