"""Checks a release's values against its chart: keys, types, JSON Schema."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from oneup.checks.charts import ChartData, mapping, merge_values
from oneup.checks.errors import described
from oneup.checks.freeform import absent, entry
from oneup.checks.kubernetes import type_errors
from oneup.checks.registry import schema_registry
from oneup.plan import SECRET, UNKNOWN, Json, JsonMap

Path = tuple[str, ...]


@dataclass(frozen=True)
class ValuesCheck:
    """The check of one release's values."""

    chart: ChartData
    version: str
    """Kubernetes minor version."""

    def errors(self, values: JsonMap) -> Iterator[str]:
        """What the chart would ignore or reject."""
        yield from self._map(values, self.chart.defaults, ())
        yield from values_schema_errors(self.chart, values)

    def _map(self, values: JsonMap, defaults: JsonMap, path: Path) -> Iterator[str]:
        for key, value in values.items():
            where = (*path, key)
            if key in defaults or absent(self.chart.name, where):
                yield from self._value(value, defaults.get(key), where)
            else:
                yield f"{'.'.join(where)}: the chart has no such key"

    def _value(self, value: Json, default: Json, path: Path) -> Iterator[str]:
        """One value; ``default`` is what the chart has in its place."""
        where = ".".join(path)
        listed = entry(self.chart.name, path)
        if value is None or value in (SECRET, UNKNOWN):
            return
        elif listed:
            for line in type_errors(value, listed.schema, self.version):
                yield f"{where}: {line}"
        elif isinstance(value, Mapping) and default and not isinstance(default, Mapping):
            yield f"{where}: is a mapping, but the chart's default is {_kind(default)}"
        elif value == {} and default:
            yield f"{where}: an empty mapping does not change the chart's default"
        elif isinstance(value, Mapping) and (default or absent(self.chart.name, path)):
            yield from self._map(value, mapping(default), path)
        else:
            yield from (f"{where}: {line}" for line in _misfit(value, default))


def _misfit(value: Json, default: Json) -> Iterator[str]:
    """Why a value does not match a default that is not a mapping with keys."""
    if isinstance(value, Mapping):
        if value:
            yield "the chart lists no keys below it; add it to the chart's freeform file"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if not (default is None or isinstance(default, list)):
            yield f"is a list, but the chart's default is {_kind(default)}"
        elif any(isinstance(item, Mapping) for item in value):
            yield "the chart does not define its items; add it to the chart's freeform file"
    elif default not in (None, "") and _kind(default) != _kind(value):
        yield f"is {_kind(value)}, but the chart's default is {_kind(default)}"


def _kind(value: Json) -> str:
    match value:
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "a mapping"
        case None:
            return "nothing"
        case _:
            return "a list"


def values_schema_errors(chart: ChartData, values: JsonMap) -> Iterator[str]:
    """What the chart's schema, and those of its subcharts, refuse in the merged values."""
    merged = merge_values(chart.defaults, values)
    if chart.schema is not None:
        for line in described(_validator(chart.schema), merged):
            yield f"values.schema.json: {line}"
    for key, below in chart.subcharts.items():
        section = merged.get(key)
        if isinstance(section, Mapping):
            yield from (f"{key}: {line}" for line in values_schema_errors(below, section))


def _validator(schema: JsonMap) -> Validator:
    """A validator of the schema's own draft."""
    return validator_for(schema, default=Draft202012Validator)(schema, registry=schema_registry())
