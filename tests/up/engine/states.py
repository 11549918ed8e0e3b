"""The engine's state against the rehearsal's plan: every resource, and how the two may differ."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from tests.cluster.harness.objects import Json, JsonMap, Object

STACK: Final = "pulumi:pulumi:Stack"
PROVIDERS: Final = "pulumi:providers:"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
SECRET: Final = "[secret]"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"

COMPARED: Final = (
    "type",
    "custom",
    "parent",
    "protect",
    "retainOnDelete",
    "deletedWith",
    "external",
    "dependencies",
    "propertyDependencies",
    "customTimeouts",
    "additionalSecretOutputs",
    "ignoreChanges",
    "replaceOnChanges",
    "aliases",
    "provider",
    "inputs",
)
"""What of a resource must be equal; ids, outputs and times are the cloud's."""

EXPECTED: Final = (
    "inputs.__defaults, __provider and version: the engine's and the providers' own notes",
    "inputs that the Kubernetes provider adds: a field manager's name, defaults of a release that are empty",
    "provider: its reference ends with an id that the engine makes",
    "values of a release that are empty lists: a refresh drops them",
    "secrets: the plan hides their values",
)
"""The differences that there must be, by kind, for the summary."""

OWN_NOTES: Final = frozenset(
    {"__defaults", "__fieldManager", "__inputs", "__initialApiVersion", "__internal"}
)
"""Inputs that engine and providers keep for themselves."""


def read_plan(file: Path) -> Object:
    """A rehearsed plan, in the form of a state."""
    return Object(cast(JsonMap, json.loads(file.read_text())))


def planned(plan: Path) -> Mapping[str, Object]:
    """The resources of a rehearsed plan that an engine makes, by URN."""
    return {urn: each for urn, each in made(read_plan(plan)).items() if each.at("external") is not True}


def made(state: Object) -> Mapping[str, Object]:
    """The resources of a state, by URN."""
    return {each.text("urn"): each for each in state.each("deployment", "resources")}


def differences(state: Object, plan: Object) -> Iterator[str]:
    """What differs between a state and a plan, a line each; nothing where they are equal."""
    real, rehearsed = made(state), made(plan)
    for urn in sorted(real.keys() - rehearsed.keys()):
        yield f"only in the state: {_name(urn)}"
    for urn in sorted(rehearsed.keys() - real.keys()):
        yield f"only in the plan: {_name(urn)}"
    for urn in sorted(rehearsed.keys() & real.keys()):
        for key in COMPARED:
            ours, theirs = _value(rehearsed[urn], key), _value(real[urn], key)
            if ours != theirs:
                yield f"{_name(urn)} {key}: {'; '.join(_paths(ours, theirs)) or f'{ours} is {theirs}'}"


def changed(before: Object, after: Object) -> bool:
    """Whether an engine updates or replaces a resource: its inputs differ, its own notes apart."""
    custom = before.at("custom") is True
    return custom and _value(before, "inputs") != _value(after, "inputs")


def _name(urn: str) -> str:
    return urn.split("::", 2)[2].rsplit("$", 1)[-1]


def _value(resource: Object, key: str) -> Json:
    value = _normal(resource.at(key))
    if key == "provider":
        return str(value or "").rpartition("::")[0]
    if key in ("dependencies", "aliases", "additionalSecretOutputs", "ignoreChanges", "replaceOnChanges"):
        return sorted({str(each) for each in value}) if isinstance(value, list) else []
    if key == "propertyDependencies":
        named = cast("JsonMap", value if isinstance(value, Mapping) else {})
        return {
            name: sorted(map(str, urns)) for name, urns in named.items() if isinstance(urns, list) and urns
        }
    if key == "inputs" and isinstance(value, Mapping):
        return _inputs(resource.text("type"), value)
    return value or None


def _inputs(kind: str, given: JsonMap) -> JsonMap:
    """The inputs that the program gives: those that engine and provider add themselves are left out."""
    if kind.startswith(PROVIDERS):
        given = {key: each for key, each in given.items() if key != "version"}
    elif kind == RELEASE:
        # The provider writes its defaults out, and drops the SDK's note on compatibility.
        repository = given.get("repositoryOpts")
        of_repository = {"repositoryOpts": _filled(repository)} if isinstance(repository, Mapping) else {}
        given = _without_empty_lists(_filled({**given, **of_repository, "compat": None}))
    return cast("JsonMap", _without_notes(given))


def _without_empty_lists(value: JsonMap) -> JsonMap:
    """Values of a chart as a refresh leaves them: Helm has been told of the empty lists, and keeps none."""
    return {
        key: _without_empty_lists(each) if isinstance(each, Mapping) else each
        for key, each in value.items()
        if each != []
    }


def _filled(given: JsonMap) -> JsonMap:
    return {key: each for key, each in given.items() if each not in (False, "", None)}


def _without_notes(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _without_notes(each) for key, each in value.items() if key not in OWN_NOTES}
    if isinstance(value, list):
        return [_without_notes(each) for each in value]
    return value


def _normal(value: Json) -> Json:
    """A value with its secrets hidden, as a plan has it; numbers without a kind."""
    if isinstance(value, Mapping):
        if SIGNATURE in value:
            return SECRET
        return {key: _normal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_normal(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _paths(ours: Json, theirs: Json, path: str = "") -> Iterator[str]:
    if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
        for key in sorted(ours.keys() | theirs.keys()):
            yield from _paths(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from _paths(one, other, f"{path}[{index}]")
    elif ours != theirs:
        yield f"{path}: planned {_short(ours)}, made {_short(theirs)}"


def _short(value: Json) -> str:
    text = repr(value)
    return text if len(text) < 200 else f"{text[:200]}…"


def pending(state: Object) -> tuple[str, ...]:
    """The operations that the state holds as begun and not ended."""
    found = state.each("deployment", "pending_operations")
    return tuple(f"{each.text('type')} {_name(Object(each.map('resource')).text('urn'))}" for each in found)
