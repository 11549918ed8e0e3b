"""The check of values: each deliberate mistake is found, and what is right passes."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from oneup.checks import ChartLibrary
from oneup.checks.findings import release_errors
from oneup.checks.freeform import FOLDER, absent, entries
from oneup.checks.values import ValuesCheck
from oneup.plan import SECRET, UNKNOWN, JsonMap

DEFAULTS: JsonMap = {
    "replicas": 1,
    "enabled": False,
    "name": "",
    "image": {"repository": "thing", "tag": None},
    "resources": {},
    "tolerations": [],
    "extra": {},
    "args": ["--flag"],
    "rules": [{"name": "first"}],
    "below": {"size": 2},
}
SCHEMA: JsonMap = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "properties": {"replicas": {"maximum": 5}, "below": {"properties": {"size": {"type": "integer"}}}},
}


@pytest.fixture
def made(tmp_path: Path) -> ChartLibrary:
    """Two charts of our own: ``thing``, and ``below`` which is its subchart."""
    needs = [{"name": "below", "version": "^2"}]
    below: JsonMap = {"name": "below", "version": "2.1.0"}
    thing: JsonMap = {"name": "thing", "version": "1.0.0", "dependencies": needs}
    for about, values in ((thing, DEFAULTS), (below, {"size": 1, "colour": "red"})):
        folder = tmp_path / str(about["name"])
        folder.mkdir()
        (folder / "Chart.yaml").write_text(yaml.safe_dump(about))
        (folder / "values.yaml").write_text(yaml.safe_dump(values))
    (tmp_path / "thing" / "values.schema.json").write_text(json.dumps(SCHEMA))
    return ChartLibrary(tmp_path)


def problems(charts: ChartLibrary, values: JsonMap) -> list[str]:
    chart = charts.find("thing", "1.0.0")
    assert chart
    return list(ValuesCheck(chart, "1.35").errors(values))


@pytest.mark.parametrize(
    "values",
    [
        {"replicas": 2, "enabled": True, "name": 5, "image": {"tag": "v1"}},
        {"resources": {"limits": {"memory": "1Gi"}}, "tolerations": [{"key": "a", "operator": "Exists"}]},
        {"extra": {}, "args": ["--other"], "name": None},
        {"below": {"colour": "blue"}},
        {"replicas": UNKNOWN, "image": SECRET},
    ],
)
def test_what_the_chart_knows_passes(values: JsonMap, made: ChartLibrary) -> None:
    assert problems(made, values) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"replica": 2}, "replica: the chart has no such key"),
        ({"image": {"repo": "x"}}, "image.repo: the chart has no such key"),
        ({"below": {"color": "blue"}}, "below.color: the chart has no such key"),
        ({"enabled": "yes"}, "enabled: is a string, but the chart's default is a boolean"),
        ({"replicas": True}, "replicas: is a boolean, but the chart's default is a number"),
        ({"image": "thing:v1"}, "image: is a string, but the chart's default is a mapping"),
        ({"image": {}}, "image: an empty mapping does not change the chart's default"),
        ({"args": "--flag"}, "args: is a string, but the chart's default is a list"),
        ({"replicas": {"min": 1}}, "replicas: is a mapping, but the chart's default is a number"),
        ({"replicas": [1]}, "replicas: is a list, but the chart's default is a number"),
        ({"replicas": 6}, "values.schema.json: replicas: 6 is greater than the maximum of 5"),
        (
            {"extra": {"any": "thing"}},
            "extra: the chart lists no keys below it; add it to the chart's freeform file",
        ),
        (
            {"rules": [{"nam": "second"}]},
            "rules: the chart does not define its items; add it to the chart's freeform file",
        ),
        (
            {"resources": {"limit": {"cpu": "1"}}},
            "resources: Additional properties are not allowed ('limit' was unexpected)",
        ),
        (
            {"tolerations": [{"keys": "a"}]},
            "tolerations: [0]: Additional properties are not allowed ('keys' was unexpected)",
        ),
    ],
)
def test_each_mistake_is_found(values: JsonMap, problem: str, made: ChartLibrary) -> None:
    assert problem in problems(made, values)


def test_a_version_that_is_not_at_hand_is_no_pass(made: ChartLibrary) -> None:
    inputs: JsonMap = {"chart": "oci://registry.example.com/thing", "version": "1.0.1", "values": {}}
    assert list(release_errors(inputs, made, "1.35")) == ["no data for chart thing 1.0.1; available: 1.0.0"]


def test_a_schemas_reference_to_the_network_is_an_error_and_no_download(
    made: ChartLibrary, tmp_path: Path
) -> None:
    remote = {"$ref": "https://schemas.example.com/values.json"}
    (tmp_path / "thing" / "values.schema.json").write_text(json.dumps(remote))
    with pytest.raises(Exception, match=r"schemas\.example\.com"):
        problems(made, {})


LISTED = [(path.stem, where) for path in sorted(FOLDER.glob("*.yaml")) for where in entries(path.stem)]


@pytest.mark.parametrize(
    ("name", "where"), LISTED, ids=lambda part: part if isinstance(part, str) else ".".join(part)
)
def test_each_freeform_entry_names_a_real_place_and_gives_its_reason(
    name: str, where: tuple[str, ...], charts: ChartLibrary
) -> None:
    entry = entries(name)[where]
    untyped = entry.type in {"any", "scalars", "strings", "texts", "text"}
    assert entry.why or entry.absent or not untyped, f"{where}: say why Kubernetes has no type for it"
    (version,) = charts.versions(name)
    chart = charts.find(name, version)
    assert chart
    here: object = chart.defaults
    for part in where:
        here = here.get(part, KeyError) if isinstance(here, Mapping) else KeyError  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - a walk through YAML
    assert (here is KeyError) == bool(absent(name, where))
