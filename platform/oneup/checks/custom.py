"""Checks custom resources against their CRDs; unknown fields are errors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from jsonschema import Draft4Validator

from oneup.checks.charts import ChartLibrary, mapping
from oneup.checks.errors import described
from oneup.checks.kubernetes import META, type_errors, type_reference
from oneup.plan import Json, JsonMap

_MAPS: Final = ("properties", "patternProperties")
_ONES: Final = ("items", "additionalProperties")


def custom_resource_errors(thing: JsonMap, charts: ChartLibrary, version: str) -> Iterator[str]:
    """What an API server with the CRD would reject or drop."""
    group, _, served = str(thing["apiVersion"]).rpartition("/")
    kind = charts.kinds.get((group, str(thing["kind"])))
    if kind is None:
        yield "no built-in type or CRD of this kind is known"
        return
    versions = {str(item["name"]): item for item in cast(Sequence[JsonMap], kind["versions"])}
    if served not in versions:
        yield f"version {served} is not served, only {', '.join(sorted(versions))}"
        return
    metadata = mapping(thing.get("metadata"))
    yield from _misplaced(metadata, namespaced=kind["scope"] == "Namespaced")
    yield from type_errors(
        {"metadata": metadata}, {"properties": {"metadata": type_reference(META)}}, version
    )
    schema = mapping(versions[served]["openAPIV3Schema"])
    validator = Draft4Validator(strict(schema, root=True))
    yield from described(validator, thing)


def _misplaced(metadata: JsonMap, *, namespaced: bool) -> Iterator[str]:
    if namespaced and not metadata.get("namespace"):
        yield "metadata.namespace: is missing; the kind is namespaced"
    if not namespaced and metadata.get("namespace"):
        yield "metadata.namespace: must be empty; the kind is cluster-scoped"


def strict(schema: JsonMap, *, root: bool = False) -> JsonMap:
    """A structural schema as JSON Schema of draft 4 that also refuses what the API server would drop.

    Logical parts (``anyOf`` and so on) only narrow what the structure allows and stay as they are; rules
    in CEL are left to a real API server.
    """
    result: dict[str, Json] = {key: value for key, value in schema.items() if not key.startswith("x-")}
    for key in _MAPS:
        if key in result:
            result[key] = {name: strict(mapping(part)) for name, part in mapping(result[key]).items()}
    for key in _ONES:
        if isinstance(result.get(key), Mapping):
            result[key] = strict(mapping(result[key]))
    if "pattern" in result:
        result["pattern"] = _python_pattern(str(result["pattern"]))
    if root or schema.get("x-kubernetes-embedded-resource"):
        known: JsonMap = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {}}
        result["properties"] = {**mapping(result.get("properties")), **known}
    open_ended = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in result
    if result.get("type") == "object" and not open_ended:
        result["additionalProperties"] = False
    return _typed(schema, result)


def _typed(schema: JsonMap, result: dict[str, Json]) -> JsonMap:
    """The schema's type in JSON Schema's words: int-or-string, and null where it may be null."""
    if schema.get("x-kubernetes-int-or-string"):
        # Its anyOf, if any, is equivalent.
        result.pop("anyOf", None)
        result["type"] = ["integer", "string"]
    if result.pop("nullable", False) and "type" in result:
        kind = result["type"]
        result["type"] = [*(kind if isinstance(kind, list) else [kind]), "null"]
    return result


def _python_pattern(pattern: str) -> str:
    """Go allows ``(?i)`` anywhere; Python only at the start, where it holds for the whole."""
    return f"(?i){pattern.replace('(?i)', '')}" if "(?i)" in pattern else pattern
