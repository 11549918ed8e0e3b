"""Reads the inputs of resources: nested, optional, sometimes JSON in a string."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from oneup.plan import UNKNOWN, Json, JsonMap, Resource

Path: TypeAlias = tuple[str, ...]


def value_at(value: Json, *path: str) -> Json:
    """The value at a path of keys; None where there is none."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def string_at(resource: Resource, *path: str) -> str:
    """A text among the inputs; empty where there is none."""
    value = value_at(resource.inputs, *path)
    return value if isinstance(value, str) else ""


def as_mapping(value: Json) -> JsonMap:
    """The value if it is a mapping, or what a JSON text holds; else an empty one."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.startswith("{"):
        try:
            return cast("JsonMap", json.loads(value))
        except json.JSONDecodeError:
            return {}
    return {}


def as_list(value: Json) -> Sequence[Json]:
    """The value if it is a list; a single value as a list of one; nothing as an empty one."""
    if value is None:
        return ()
    return value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)


def as_strings(value: Json) -> tuple[str, ...]:
    """The texts of a list, or of a single value."""
    return tuple(item for item in as_list(value) if isinstance(item, str))


def is_true(value: Json) -> bool:
    """Whether a flag is set or unknown; the string ``"true"`` counts, as in Kubernetes."""
    return value is True or value in ("true", UNKNOWN)


def scalars(value: Json, path: Path = ()) -> Iterator[tuple[Path, str | int | float | bool]]:
    """Every scalar inside a value, with its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from scalars(inner, (*path, key))
    elif isinstance(value, str | int | float | bool):
        yield path, value
    else:
        for place, inner in enumerate(as_list(value)):
            yield from scalars(inner, (*path, str(place)))


def mappings(value: Json) -> Iterator[JsonMap]:
    """Every mapping inside a value, the value itself first."""
    if isinstance(value, Mapping):
        yield value
        for inner in value.values():
            yield from mappings(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from mappings(inner)
