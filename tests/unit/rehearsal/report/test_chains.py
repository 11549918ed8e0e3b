"""The report's two chains: complete to the second, each step with its reason."""

import re

import pytest

from oneup.plan import Plan
from oneup.rehearsal.durations import durations
from oneup.rehearsal.lower_bound import LowerBound, lower_bound
from oneup.rehearsal.report.chains import (
    NO_PREDECESSOR,
    ONLY_EXPLICIT,
    chains,
    lower_bound_rows,
    predicted_rows,
)
from oneup.rehearsal.report.tree import Tree
from oneup.rehearsal.timeline import Timeline, predict


@pytest.fixture(scope="module")
def timeline(production: Plan) -> Timeline:
    return predict(production, durations())


@pytest.fixture(scope="module")
def least(production: Plan) -> LowerBound:
    return lower_bound(production, durations())


def test_the_minutes_of_both_add_up(timeline: Timeline, least: LowerBound) -> None:
    for rows, total in (
        (lower_bound_rows(least), least.seconds),
        (predicted_rows(timeline, least), timeline.seconds),
    ):
        so_far = 0.0
        for row in rows:
            so_far += row.seconds
            assert row.since == so_far
        assert so_far == total


def test_every_step_says_why_it_waits(timeline: Timeline, least: LowerBound) -> None:
    assert [row.why for row in lower_bound_rows(least)].count(NO_PREDECESSOR) == 1
    assert not [row for row in lower_bound_rows(least) if row.why == ONLY_EXPLICIT]
    why = {row.urn.rsplit("::", 1)[-1]: row.why for row in predicted_rows(timeline, least)}
    assert why["coredns"] == "its pods need a node"
    assert (why["vpc"], why["external-dns"]) == (NO_PREDECESSOR, ONLY_EXPLICIT)


def seconds(text: str) -> int:
    """What a clock says: ``9 min 30 s``."""
    minutes, rest = (re.search(rf"(\d+) {unit}", text) for unit in ("min", "s"))
    return 60 * int(minutes[1] if minutes else 0) + int(rest[1] if rest else 0)


def test_the_page_shows_both_to_the_second(production: Plan, timeline: Timeline, least: LowerBound) -> None:
    shown = chains(timeline, least, Tree(production, timeline))
    tables = re.findall(r"<caption>([\w ]+)</caption>.*?<tbody>(.*?)</tbody>(.*?)</table>", shown)
    assert [title for title, _, _ in tables] == ["Lower bound", "Predicted"]
    for (_, body, foot), total in zip(tables, (least.seconds, timeline.seconds), strict=True):
        taken = [seconds(row) for row in re.findall(r"<tr>.*?<td class='time'>(.*?)</td>", body)]
        assert sum(taken) == total == seconds(foot)


def test_what_waits_in_vain_is_named(timeline: Timeline, least: LowerBound, production: Plan) -> None:
    shown = chains(timeline, least, Tree(production, timeline))
    assert shown.count("which is avoidable and costs") == len(least.significant_delays(timeline))
