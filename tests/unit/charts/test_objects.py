"""The check of objects: strict about what an API server would refuse, drop or not know."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from jsonschema import Draft4Validator

from oneup.checks import ChartLibrary
from oneup.checks.charts import mapping
from oneup.checks.custom import strict
from oneup.checks.findings import object_errors
from oneup.plan import Json, JsonMap

CONFIG_MAP: JsonMap = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}

SCHEMA: JsonMap = {
    "type": "object",
    "required": ["spec"],
    "properties": {
        "spec": {
            "type": "object",
            "required": ["size"],
            "properties": {
                "size": {"type": "integer", "minimum": 1},
                "port": {
                    "x-kubernetes-int-or-string": True,
                    "anyOf": [{"type": "integer"}, {"type": "string"}],
                },
                "note": {"type": "string", "nullable": True},
                "level": {"type": "string", "pattern": "^(?i)(abort|warn)?$"},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "template": {"type": "object", "x-kubernetes-embedded-resource": True},
                "items": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"a": {"type": "string"}}},
                },
            },
            "oneOf": [{"required": ["note"]}, {"required": ["port"]}],
        }
    },
}


@pytest.fixture
def widgets(tmp_path: Path) -> ChartLibrary:
    """Definitions of one kind of our own."""
    (tmp_path / "widget-crds").mkdir()
    definition = {
        "group": "example.com",
        "kind": "Widget",
        "scope": "Namespaced",
        "versions": [{"name": "v1", "openAPIV3Schema": SCHEMA}],
    }
    (tmp_path / "widget-crds" / "crds.json").write_text(json.dumps([definition]))
    return ChartLibrary(tmp_path)


def widget(spec: JsonMap, **about: Json) -> JsonMap:
    metadata = {"name": "w", "namespace": "n"}
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": metadata, "spec": spec, **about}


GOOD: JsonMap = {"size": 1, "port": 1}


@pytest.mark.parametrize(
    "spec",
    [
        {"size": 1, "port": 80},
        {"size": 1, "port": "http", "level": "WARN"},
        {"size": 1, "note": None, "free": {"any": ["thing"]}, "labels": {"a": "b"}},
        {"size": 1, "port": 1, "template": {"apiVersion": "v1", "kind": "Pod", "metadata": {}}},
    ],
)
def test_a_good_custom_resource_passes(spec: JsonMap, widgets: ChartLibrary) -> None:
    assert list(object_errors(widget(spec), widgets, "1.35")) == []


@pytest.mark.parametrize(
    ("thing", "problem"),
    [
        (widget({"port": 1}), "spec: 'size' is a required property"),
        (widget({"size": 0, "port": 1}), "spec.size: 0 is less than the minimum of 1"),
        (widget({"size": "1", "port": 1}), "spec.size: '1' is not of type 'integer'"),
        (widget({"size": 1, "port": 1.5}), "spec.port: 1.5 is not of type 'integer', 'string'"),
        (widget({"size": 1, "port": 1, "note": 5}), "spec.note: 5 is not of type 'string', 'null'"),
        (widget({"size": 1, "port": 1, "level": "stop"}), "spec.level: 'stop' does not match"),
        (widget({"size": 1, "port": 1, "seize": 2}), "spec: Additional properties are not allowed ('seize'"),
        (widget({"size": 1, "port": 1, "items": [{"b": "c"}]}), "spec.items[0]: Additional properties"),
        (widget({"size": 1, "port": 1, "labels": {"a": 1}}), "spec.labels.a: 1 is not of type 'string'"),
        (widget({"size": 1}), "spec: 'note' is a required property"),
        (widget({"size": 1, "port": 1}, status="x"), "Additional properties are not allowed ('status'"),
        (widget(GOOD, apiVersion="example.com/v2"), "version v2 is not served, only v1"),
        (widget(GOOD, kind="Wodget"), "no built-in type or CRD of this kind is known"),
        (
            widget(GOOD, metadata={"name": "w"}),
            "metadata.namespace: is missing; the kind is namespaced",
        ),
        (
            widget(GOOD, metadata={"name": "w", "namespace": "n", "label": {}}),
            "metadata: Additional properties are not allowed ('label' was unexpected)",
        ),
    ],
)
def test_each_mistake_in_a_custom_resource_is_found(
    thing: JsonMap, problem: str, widgets: ChartLibrary
) -> None:
    assert any(line.startswith(problem) for line in object_errors(thing, widgets, "1.35"))


def test_a_good_builtin_object_passes(widgets: ChartLibrary) -> None:
    assert list(object_errors(CONFIG_MAP, widgets, "1.35")) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"data": {"k": 5}}, "data.k: 5 is not of type 'string'"),
        ({"datum": {}}, "Additional properties are not allowed ('datum' was unexpected)"),
        (
            {"metadata": {"nam": "a"}},
            "metadata: Additional properties are not allowed ('nam' was unexpected)",
        ),
    ],
)
def test_each_mistake_in_a_builtin_object_is_found(
    change: JsonMap, problem: str, widgets: ChartLibrary
) -> None:
    assert any(line.startswith(problem) for line in object_errors({**CONFIG_MAP, **change}, widgets, "1.35"))


def test_a_kind_that_the_version_no_longer_has_is_unknown(widgets: ChartLibrary) -> None:
    old: JsonMap = {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "a"}}
    assert list(object_errors(old, widgets, "1.35")) == ["no built-in type or CRD of this kind is known"]


def patterns(schema: Json) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("pattern"), str):
            yield str(schema["pattern"])
        for part in schema.values():
            yield from patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from patterns(part)


def test_every_pattern_of_the_definitions_at_hand_is_one_that_python_reads(charts: ChartLibrary) -> None:
    found = {
        pattern
        for kind in charts.kinds.values()
        for version in cast(Sequence[JsonMap], kind["versions"])
        for pattern in patterns(strict(mapping(version["openAPIV3Schema"]), root=True))
    }
    assert any("(?i)" in pattern for pattern in found)
    for pattern in found:
        re.compile(pattern)


def test_a_definitions_schema_is_still_one_when_it_is_strict(charts: ChartLibrary) -> None:
    application = charts.kinds["argoproj.io", "Application"]
    (version,) = cast(Sequence[JsonMap], application["versions"])
    Draft4Validator.check_schema(strict(mapping(version["openAPIV3Schema"]), root=True))
