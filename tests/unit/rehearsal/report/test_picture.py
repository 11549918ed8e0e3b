"""The picture is one file, drawn from the plan."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from oneup.plan import Plan
from oneup.rehearsal.durations import durations
from oneup.rehearsal.report import picture
from oneup.rehearsal.report.picture import Lane, lanes
from oneup.rehearsal.timeline import Step, Timeline, predict

from ...policy.plans import made

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def timeline(production: Plan) -> Timeline:
    return predict(production, durations())


def safe(svg: str) -> ElementTree.Element:
    """The picture taken apart; it runs and loads nothing."""
    top = ElementTree.fromstring(svg)
    allowed = {f"{SVG}{tag}" for tag in ("svg", "title", "style", "rect", "text", "path")}
    assert {element.tag for element in top.iter()} <= allowed
    assert not any("href" in name for element in top.iter() for name in element.attrib)
    assert "url(" not in svg
    assert "@import" not in svg
    return top


def test_the_picture_names_every_part_that_takes_time(production: Plan, timeline: Timeline) -> None:
    said = {element.text for element in safe(picture(production, timeline)).iter(f"{SVG}text")}
    drawn = lanes(production, timeline)
    assert {lane.name for lane in drawn} <= said
    assert {"control-plane", "nodes", "argo-cd"} <= {lane.name for lane in drawn}


def test_the_critical_path_is_marked(production: Plan, timeline: Timeline) -> None:
    marked = [
        element
        for element in safe(picture(production, timeline)).iter(f"{SVG}rect")
        if element.get("class") == "path"
    ]
    assert len(marked) == len(timeline.critical_path) + 1


def test_the_same_plan_gives_the_same_bytes(production: Plan, timeline: Timeline) -> None:
    assert picture(production, timeline) == picture(production, predict(production, durations()))


def test_time_in_which_two_steps_run_counts_once() -> None:
    steps = [Step(made("aws:sns/topic:Topic"), start, start + 10, "", 0) for start in (0, 5, 30)]
    assert Lane("topics", tuple(steps)).busy == 25


def test_the_picture_in_the_readme_is_one_of_these(root: Path) -> None:
    readme = (root / "README.md").read_text()
    assert "docs/pictures/production.svg" in readme
    safe((root / "docs" / "pictures" / "production.svg").read_text())
