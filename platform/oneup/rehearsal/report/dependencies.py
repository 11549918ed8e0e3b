"""The dependency graph as a chart: dependencies are to the left of, or above, their dependents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

from oneup.plan import Json, Plan, Resource
from oneup.rehearsal.report.figure import HIDDEN_AXIS, INK, RULE, Spec, faint, figure, plain
from oneup.rehearsal.report.layout import Needs, layers
from oneup.rehearsal.report.parts import (
    family,
    family_of_part,
    is_real,
    kind,
    needs_of_parts,
    needs_of_resources,
    parts,
    reduced,
)

WIDE: Final = 1120
LETTER: Final = 7.0
LINE: Final = 17
ROW: Final = 28
"""Pixels: the wide drawing's width, a letter's; the height of a line in a box, of a row when narrow."""


Point: TypeAlias = tuple[float, float]
Places: TypeAlias = Mapping[str, Point]
Route: TypeAlias = Callable[[Point, Point], Sequence[Point]]


@dataclass(frozen=True)
class Dependencies:
    """A graph to be drawn."""

    nodes: Mapping[str, Resource]
    needs: Needs
    families: Mapping[str, str]
    """Who creates each node: AWS, EKS, Helm or Kubernetes."""

    counts: Mapping[str, int]
    """Number of resources per node."""

    @cached_property
    def rows(self) -> Sequence[Sequence[str]]:
        """The nodes in layers."""
        return layers(self.needs)

    @cached_property
    def order(self) -> Sequence[str]:
        """The nodes, layer by layer: the order of every drawing's points."""
        return [node for row in self.rows for node in row]

    def adjacency(self) -> Json:
        """For each node, in order, the positions of its dependencies."""
        place = {node: index for index, node in enumerate(self.order)}
        return [sorted(place[need] for need in self.needs[node]) for node in self.order]


def of_parts(plan: Plan) -> Dependencies:
    """A node for each part of the stack."""
    found = parts(plan)
    needs = reduced(needs_of_parts(plan))
    tops = {part.top.urn: part.top for part in found}
    families = {part.top.urn: family_of_part(part) for part in found}
    return Dependencies(tops, needs, families, {part.top.urn: len(part.resources) for part in found})


def of_resources(plan: Plan) -> Dependencies:
    """A node for each resource."""
    real = {resource.urn: resource for resource in plan.resources if is_real(resource)}
    families = {urn: family(resource) for urn, resource in real.items()}
    return Dependencies(real, reduced(needs_of_resources(plan)), families, dict.fromkeys(real, 1))


def boxes(graph: Dependencies) -> Spec:
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


def points(graph: Dependencies) -> Spec:
    """Layers from left to right, each node a point, for graphs with too many nodes for labels."""
    at = _columns(graph)
    tallest = max((len(row) for row in graph.rows), default=1)
    return figure(_traces(graph, at, _curve), _frame(graph, at, height=min(1000, max(360, 11 * tallest))))


def outline(graph: Dependencies) -> Spec:
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


def _columns(graph: Dependencies) -> Places:
    return {
        node: (float(layer), index - (len(row) - 1) / 2)
        for layer, row in enumerate(graph.rows)
        for index, node in enumerate(row)
    }


def _frame(graph: Dependencies, at: Places, *, height: int) -> Spec:
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


def _traces(graph: Dependencies, at: Places, route: Route) -> list[Spec]:
    """Traces of all lines, of selected lines, and of nodes; ``meta`` is the line shape for the page."""
    shape = "spline" if route is _curve else "linear"
    lines: Spec = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "meta": shape}
    drawn = [route(at[need], at[node]) for node in graph.order for need in sorted(graph.needs[node])]
    xs: list[Json] = [x for line in drawn for x in (*(point[0] for point in line), None)]
    ys: list[Json] = [y for line in drawn for y in (*(point[1] for point in line), None)]
    edges: Spec = {**lines, "x": xs, "y": ys, "line": {"color": RULE, "width": 1.4, "shape": shape}}
    signal: Spec = {"color": "var(--signal)", "width": 2, "shape": shape}
    return [edges, {**lines, "x": [], "y": [], "line": signal}, _nodes(graph, at)]


def _nodes(graph: Dependencies, at: Places) -> Spec:
    colours: list[Json] = [f"var(--{graph.families[node]})" for node in graph.order]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [at[node][0] for node in graph.order],
        "y": [at[node][1] for node in graph.order],
        "marker": {"size": 9, "color": colours, "line": {"color": "var(--page)", "width": 1}},
        "hovertext": [_caption(graph, node) for node in graph.order],
        "hoverinfo": "text",
    }


def _box(graph: Dependencies, node: str, at: Point) -> Spec:
    return {
        "x": at[0],
        "y": at[1],
        "name": node,
        "showarrow": False,
        "captureevents": True,
        "hovertext": _caption(graph, node),
        "bgcolor": "var(--card)",
        "bordercolor": f"var(--{graph.families[node]})",
        "borderpad": 5,
        "font": {"size": 12, "color": INK},
    }


def _caption(graph: Dependencies, node: str) -> str:
    count = graph.counts[node]
    what = kind(graph.nodes[node]) if count == 1 else f"{count} resources"
    return f"{plain(graph.nodes[node].name)} {faint(what)}"


def _broken(name: str, letters: int) -> Sequence[str]:
    """A long name wrapped after hyphens."""
    lines = [""]
    for word in name.replace("-", "-\0").split("\0"):
        if lines[-1] and len(lines[-1]) + len(word) > letters:
            lines.append("")
        lines[-1] += word
    return lines
