"""The dependency graph as a chart: dependencies are to the left of, or above, their dependents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from oneup.plan import Json, Plan, Resource
from oneup.rehearsal.report.figure import HIDDEN_AXIS, INK, RULE, Spec, faint, figure, plain
from oneup.rehearsal.report.layout import DependencyMap, layers
from oneup.rehearsal.report.parts import (
    is_real,
    owner,
    owner_of_part,
    part_dependencies,
    parts,
    resource_dependencies,
    short_type,
    transitive_reduction,
)

WIDE: Final = 1120
LETTER: Final = 7.0
LINE: Final = 17
ROW: Final = 28
"""Pixels: the wide drawing's width, a letter's; the height of a line in a box, of a row when narrow."""


Point: TypeAlias = tuple[float, float]
Positions: TypeAlias = Mapping[str, Point]
Route: TypeAlias = Callable[[Point, Point], Sequence[Point]]


@dataclass(frozen=True)
class DependencyChart:
    """A graph to be drawn."""

    nodes: Mapping[str, Resource]
    edges: DependencyMap
    owners: Mapping[str, str]
    """Who creates each node: AWS, EKS, Helm or Kubernetes."""

    counts: Mapping[str, int]
    """Number of resources per node."""

    @cached_property
    def rows(self) -> Sequence[Sequence[str]]:
        """The nodes in layers."""
        return layers(self.edges)

    @cached_property
    def order(self) -> Sequence[str]:
        """The nodes, layer by layer: the order of every drawing's points."""
        return [node for row in self.rows for node in row]

    def adjacency(self) -> Json:
        """For each node, in order, the positions of its dependencies."""
        place = {node: index for index, node in enumerate(self.order)}
        return [sorted(place[need] for need in self.edges[node]) for node in self.order]


def of_parts(plan: Plan) -> DependencyChart:
    """A node for each part of the stack."""
    found = parts(plan)
    needs = transitive_reduction(part_dependencies(plan))
    tops = {part.top.urn: part.top for part in found}
    families = {part.top.urn: owner_of_part(part) for part in found}
    return DependencyChart(tops, needs, families, {part.top.urn: len(part.resources) for part in found})


def of_resources(plan: Plan) -> DependencyChart:
    """A node for each resource."""
    real = {resource.urn: resource for resource in plan.resources if is_real(resource)}
    families = {urn: owner(resource) for urn, resource in real.items()}
    return DependencyChart(
        real, transitive_reduction(resource_dependencies(plan)), families, dict.fromkeys(real, 1)
    )


def box_chart(graph: DependencyChart) -> Spec:
    """Wide: layers from left to right, each node a box with its name in as many lines as it needs."""
    at = _columns(graph)
    letters = max(9, int(WIDE / max(len(graph.rows), 1) / LETTER) - 4)
    names = {node: _broken(plain(graph.nodes[node].name), letters) for node in graph.order}
    tallest = max((len(row) for row in graph.rows), default=1)
    lines = max(map(len, names.values()), default=1)
    layout = _frame(graph, at, height=(LINE * lines + 24) * tallest + 40)
    labels: list[Json] = [_box(graph, node, at[node]) | {"text": "<br>".join(names[node])} for node in names]
    edges, picked, nodes = _traces(graph, at, _curve)
    hidden: Spec = {**nodes, "marker": {"opacity": 0}, "hoverinfo": "skip"}
    return figure([edges, picked, hidden], {**layout, "annotations": labels})


def point_chart(graph: DependencyChart) -> Spec:
    """Layers from left to right, each node a point, for graphs with too many nodes for labels."""
    at = _columns(graph)
    tallest = max((len(row) for row in graph.rows), default=1)
    return figure(_traces(graph, at, _curve), _frame(graph, at, height=min(1000, max(360, 11 * tallest))))


def outline_chart(graph: DependencyChart) -> Spec:
    """Narrow: a row for each node, indented by its layer, with its name at the right."""
    depth = {node: layer for layer, row in enumerate(graph.rows) for node in row}
    at = {node: (float(depth[node]), float(row)) for row, node in enumerate(graph.order)}
    edges, picked, nodes = _traces(graph, at, _elbow)
    named: Spec = {"mode": "markers+text", "textposition": "middle right", "textfont": {"color": INK}}
    nodes = {**nodes, **named, "text": [f"  {_caption(graph, node)}" for node in graph.order]}
    layout = _frame(graph, at, height=ROW * len(graph.order) + 20)
    deepest = len(graph.rows)
    # Labels need three quarters of the width.
    axis: Spec = {**HIDDEN_AXIS, "range": [-0.5, max(4 * deepest, deepest + 6)]}
    return figure([edges, picked, nodes], {**layout, "xaxis": axis})


def _columns(graph: DependencyChart) -> Positions:
    return {
        node: (float(layer), index - (len(row) - 1) / 2)
        for layer, row in enumerate(graph.rows)
        for index, node in enumerate(row)
    }


def _frame(graph: DependencyChart, at: Positions, *, height: int) -> Spec:
    down = [y for _, y in at.values()] or [0.0]
    return {
        "height": height,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "xaxis": {**HIDDEN_AXIS, "range": [-0.55, len(graph.rows) - 0.45]},
        "yaxis": {**HIDDEN_AXIS, "range": [max(down) + 0.7, min(down) - 0.7]},
        "hovermode": "closest",
    }


def _curve(start: Point, end: Point) -> Sequence[Point]:
    """A line with horizontal ends."""
    return [start, (start[0] + 0.35, start[1]), (end[0] - 0.35, end[1]), end]


def _elbow(start: Point, end: Point) -> Sequence[Point]:
    """Down, then to the right."""
    return [start, (start[0], end[1]), end]


def _traces(graph: DependencyChart, at: Positions, route: Route) -> list[Spec]:
    """Traces of all lines, of selected lines, and of nodes; ``meta`` is the line shape for the page."""
    shape = "spline" if route is _curve else "linear"
    lines: Spec = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "meta": shape}
    drawn = [route(at[need], at[node]) for node in graph.order for need in sorted(graph.edges[node])]
    xs: list[Json] = [x for line in drawn for x in (*(point[0] for point in line), None)]
    ys: list[Json] = [y for line in drawn for y in (*(point[1] for point in line), None)]
    edges: Spec = {**lines, "x": xs, "y": ys, "line": {"color": RULE, "width": 1.4, "shape": shape}}
    signal: Spec = {"color": "var(--signal)", "width": 2, "shape": shape}
    return [edges, {**lines, "x": [], "y": [], "line": signal}, _nodes(graph, at)]


def _nodes(graph: DependencyChart, at: Positions) -> Spec:
    colours: list[Json] = [f"var(--{graph.owners[node]})" for node in graph.order]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [at[node][0] for node in graph.order],
        "y": [at[node][1] for node in graph.order],
        "marker": {"size": 9, "color": colours, "line": {"color": "var(--page)", "width": 1}},
        "hovertext": [_caption(graph, node) for node in graph.order],
        "hoverinfo": "text",
    }


def _box(graph: DependencyChart, node: str, at: Point) -> Spec:
    return {
        "x": at[0],
        "y": at[1],
        "name": node,
        "showarrow": False,
        "captureevents": True,
        "hovertext": _caption(graph, node),
        "bgcolor": "var(--card)",
        "bordercolor": f"var(--{graph.owners[node]})",
        "borderpad": 5,
        "font": {"size": 12, "color": INK},
    }


def _caption(graph: DependencyChart, node: str) -> str:
    count = graph.counts[node]
    what = short_type(graph.nodes[node]) if count == 1 else f"{count} resources"
    return f"{plain(graph.nodes[node].name)} {faint(what)}"


def _broken(name: str, letters: int) -> Sequence[str]:
    """A long name wrapped after hyphens."""
    lines = [""]
    for word in name.replace("-", "-\0").split("\0"):
        if lines[-1] and len(lines[-1]) + len(word) > letters:
            lines.append("")
        lines[-1] += word
    return lines
