"""Reads a stack file as Pulumi passes it to the program, without a passphrase."""

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

from oneup.libyaml import LOADER
from oneup.settings.errors import PLACEHOLDER, Problem, SettingsError

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"

_TEXT_TO_PULUMI: Final = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"})
_ONE_POINT_TWO_BOOLEANS: Final = frozenset("tTfF")


@dataclass(frozen=True)
class StackFile:
    """A stack's name and configuration, ready for ``pulumi.runtime.set_all_config``."""

    stack: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    """Keys with an encrypted value."""


class _Loader(LOADER):
    """Reads dates, ``yes`` and ``on`` as text, as Pulumi does, and refuses a key given twice."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the base class declares it so
        first: [
            (tag, pattern)
            for tag, pattern in resolvers
            if tag not in _TEXT_TO_PULUMI or (tag.endswith("bool") and first in _ONE_POINT_TWO_BOOLEANS)
        ]
        for first, resolvers in LOADER.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Build the mapping; raises ``SettingsError`` for a duplicate key."""
        seen: set[str] = set()
        for key, _ in cast("list[tuple[yaml.Node, yaml.Node]]", node.value):
            name = str(cast("object", key.value))
            if name in seen:
                text = f"is given twice (line {key.start_mark.line + 1}); keep one of the two"
                raise SettingsError(Path(key.start_mark.name).name, [Problem(name, text)])
            seen.add(name)
        return super().construct_mapping(node, deep)


def read_stack_file(path: Path) -> StackFile:
    """Read ``Pulumi.<stack>.yaml``; raises ``SettingsError`` where it is not a stack file."""
    stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    with path.open(encoding="utf-8") as content:
        try:
            loaded = cast("object", yaml.load(content, _Loader))
        except yaml.YAMLError as error:
            raise SettingsError(
                path.name, [Problem("(file)", f"is not YAML: {_yaml_error(error)}")]
            ) from None
    config = cast("dict[str, object]", loaded).get("config") if isinstance(loaded, dict) else None
    if not isinstance(config, dict):
        raise SettingsError(path.name, [Problem("config", "is missing; put the settings under `config:`")])
    values = cast("dict[str, Yaml]", config)
    bare = [key for key in values if ":" not in str(key)]
    if bare:
        told = [Problem(str(key), f"has no namespace; did you mean oneup:{key}?") for key in bare]
        raise SettingsError(path.name, told)
    secret = frozenset(key for key, value in values.items() if _holds_secret(value))
    return StackFile(stack, {key: _as_text(value) for key, value in values.items()}, secret)


def _yaml_error(error: yaml.YAMLError) -> str:
    """What is wrong, and the line: PyYAML's own text takes five lines."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return str(error)
    return f"{error.problem} (line {error.problem_mark.line + 1})"


def _holds_secret(value: Yaml) -> bool:
    if isinstance(value, dict):
        return set(value) == {"secure"} or any(_holds_secret(inner) for inner in value.values())
    return isinstance(value, list) and any(_holds_secret(inner) for inner in value)


def _without_secrets(value: Yaml) -> Yaml:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return PLACEHOLDER
        return {key: _without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def _as_text(value: Yaml) -> str:
    plain = _without_secrets(value)
    return plain if isinstance(plain, str) else json.dumps(plain)
