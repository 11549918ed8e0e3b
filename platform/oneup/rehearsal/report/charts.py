"""What the page's script draws: for each chart its choices, each for a wide and a narrow page."""

from collections.abc import Mapping

from oneup.plan import Json, Plan
from oneup.rehearsal.report.dependencies import (
    DependencyChart,
    box_chart,
    of_parts,
    of_resources,
    outline_chart,
    point_chart,
)
from oneup.rehearsal.report.figure import Spec
from oneup.rehearsal.report.gantt import narrow, views, wide
from oneup.rehearsal.timeline import Timeline


def charts(plan: Plan, timeline: Timeline, number: Mapping[str, int]) -> Mapping[str, Json]:
    """The charts of a report; ``number`` is the resource's place in the page's tree, by URN."""
    bars: list[Json] = [
        {"name": name, "wide": wide(steps, timeline), "narrow": narrow(steps, timeline)}
        for name, steps in views(timeline).items()
    ]
    parts, each = of_parts(plan), of_resources(plan)
    graphs: list[Json] = [
        {
            "name": "Parts",
            "wide": box_chart(parts),
            "narrow": outline_chart(parts),
            **_graph_data(parts, number),
        },
        {
            "name": "Every resource",
            "wide": point_chart(each),
            "narrow": point_chart(each),
            **_graph_data(each, number),
        },
    ]
    return {"timeline": bars, "graph": graphs}


def _graph_data(graph: DependencyChart, number: Mapping[str, int]) -> Spec:
    """What the script must know to follow a graph from a picked node."""
    return {
        "needs": graph.adjacency(),
        "targets": [number[node] for node in graph.order],
        "labels": [graph.nodes[node].name for node in graph.order],
    }
