"""The charts say what the plan and its timeline say, in a form that plotly knows."""

import json
import re
from collections.abc import Mapping
from typing import cast

import plotly.graph_objects as go  # pyright: ignore[reportMissingTypeStubs] - plotly has none
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oneup.plan import Plan
from oneup.rehearsal.durations import durations
from oneup.rehearsal.report.charts import charts
from oneup.rehearsal.report.dependencies import of_parts, of_resources
from oneup.rehearsal.report.figure import Spec
from oneup.rehearsal.report.gantt import LONG, views, wide
from oneup.rehearsal.report.layout import layers
from oneup.rehearsal.report.minutes import intervals
from oneup.rehearsal.report.parts import is_real, parts, transitive_reduction
from oneup.rehearsal.timeline import Timeline, predict

STACKS = ("staging", "production", "baremetal", "local")


@pytest.fixture(params=STACKS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return cast("Plan", request.getfixturevalue(request.param))


@pytest.fixture
def timeline(plan: Plan) -> Timeline:
    return predict(plan, durations())


def test_plotly_takes_every_chart(plan: Plan, timeline: Timeline) -> None:
    number = {resource.urn: place for place, resource in enumerate(plan.resources)}
    drawn = cast("Mapping[str, list[dict[str, Spec]]]", charts(plan, timeline, number))
    for view in (*drawn["timeline"], *drawn["graph"]):
        for width in ("wide", "narrow"):
            painted = re.sub(r"var\(--[a-z]+\)", "#123456", json.dumps(view[width]))
            go.Figure(json.loads(painted))  # pyright: ignore[reportUnknownMemberType] - raises on what plotly does not know


def test_a_bar_for_each_step(timeline: Timeline) -> None:
    shown = views(timeline)
    assert {step.resource.urn for step in shown["Every step"]} == {
        step.resource.urn for step in timeline.steps if step.seconds
    }
    assert list(shown["The critical path"]) == list(timeline.critical_path)
    for steps in shown.values():
        bars = cast("list[dict[str, list[float]]]", wide(steps, timeline)["data"])
        assert sum(len(trace["x"]) for trace in bars) == len(steps)


def test_the_long_steps_and_the_critical_ones_are_among_the_chosen(timeline: Timeline) -> None:
    chosen = {step.resource.urn for step in views(timeline)[f"Steps of at least {LONG:.0f} s"]}
    assert {step.resource.urn for step in timeline.steps if step.seconds >= LONG} <= chosen
    assert {step.resource.urn for step in timeline.critical_path} <= chosen


def test_every_minute_is_accounted_for_once(timeline: Timeline) -> None:
    found = intervals(timeline)
    minutes = [minute for span in found for minute in range(span.first, span.last + 1)]
    assert minutes == list(range(len(minutes)))
    assert (len(minutes) - 1) * 60 < timeline.seconds <= len(minutes) * 60
    waited = sum(span.share(step) for span in found for step in span.waiting_for)
    assert waited == pytest.approx(timeline.seconds)


def test_every_resource_is_in_one_part(plan: Plan) -> None:
    held = [resource.urn for part in parts(plan) for resource in part.resources]
    assert sorted(held) == sorted(resource.urn for resource in plan.resources if is_real(resource))


def test_every_resource_is_a_node(plan: Plan) -> None:
    graph = of_resources(plan)
    assert sorted(graph.order) == sorted(one.urn for one in plan.resources if is_real(one))
    assert sorted(of_parts(plan).order) == sorted(part.top.urn for part in parts(plan))


@st.composite
def acyclic(draw: st.DrawFn) -> Mapping[str, frozenset[str]]:
    nodes = [str(number) for number in range(draw(st.integers(0, 9)))]
    return {
        node: frozenset(draw(st.sets(st.sampled_from(nodes[:place])))) if place else frozenset()
        for place, node in enumerate(nodes)
    }


def reach(needs: Mapping[str, frozenset[str]], node: str) -> frozenset[str]:
    return needs[node].union(*(reach(needs, need) for need in needs[node]))


@settings(max_examples=50)
@given(acyclic())
def test_the_reduced_graph_reaches_the_same_by_no_needless_line(needs: Mapping[str, frozenset[str]]) -> None:
    less = transitive_reduction(needs)
    for node, direct in less.items():
        assert reach(less, node) == reach(needs, node)
        for need in direct:
            assert not any(need in reach(less, other) for other in direct - {need})


@settings(max_examples=50)
@given(acyclic())
def test_what_is_needed_stands_before_what_needs_it(needs: Mapping[str, frozenset[str]]) -> None:
    rows = layers(needs)
    layer = {node: place for place, row in enumerate(rows) for node in row}
    assert sorted(layer) == sorted(needs)
    assert all(layer[need] < layer[node] for node in needs for need in needs[node])


def test_a_circle_is_drawn_all_the_same() -> None:
    circle = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a")}
    assert sorted(node for row in layers(transitive_reduction(circle)) for node in row) == ["a", "b", "c"]
