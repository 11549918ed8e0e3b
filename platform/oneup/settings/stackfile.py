"""Reads a stack file as Pulumi passes it to the program, without a passphrase."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from oneup.settings.errors import NO_MARKS, PLACEHOLDER, Marks, Problem, SettingsError, suggestion
from oneup.settings.errors import path as as_path
from oneup.settings.shape import Path as Key
from oneup.settings.yamlfile import FILE, Yaml, read_yaml

CONFIG: Final = "config"
NAMESPACE: Final = "oneup:"


@dataclass(frozen=True)
class StackFile:
    """A stack's name and configuration, ready for ``pulumi.runtime.set_all_config``."""

    stack: str
    config: Mapping[str, str]
    secret_keys: frozenset[str]
    """Keys with an encrypted value."""

    marks: Marks = NO_MARKS


def read_stack_file(path: Path) -> StackFile:
    """Read ``Pulumi.<stack>.yaml``; raises ``SettingsError`` where it is not a stack file."""
    stack = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
    file = read_yaml(path, _setting)
    if not isinstance(file.value, dict):
        text = "is empty" if file.value is None else "is not a mapping"
        raise SettingsError(path.name, [Problem(FILE, f"{text}; put the settings under `config:`")])
    values = file.value.get(CONFIG)
    if not isinstance(values, dict):
        text = (
            "is missing" if CONFIG not in file.value else "is empty" if values is None else "is not a mapping"
        )
        raise SettingsError(path.name, [Problem(CONFIG, f"{text}; put the settings under `config:`")])
    if told := list(_namespaces(values)):
        raise SettingsError(path.name, told)
    secret = frozenset(key for key, value in values.items() if _holds_secret(value))
    marks = Marks(
        {_setting(key): text for key, text in file.written.items() if key[:1] == (CONFIG,)},
        {as_path(_setting(key)): line for key, line in file.lines.items() if key[:1] == (CONFIG,)},
    )
    return StackFile(stack, {key: _as_text(value) for key, value in values.items()}, secret, marks)


def _setting(key: Key) -> Key:
    """A key of the file as the settings name it: without ``config`` and the namespace."""
    if key[:1] != (CONFIG,) or len(key) == 1:
        return key
    return (str(key[1]).removeprefix(NAMESPACE), *key[2:])


def _namespaces(values: Mapping[str, Yaml]) -> Iterator[Problem]:
    """Keys without a namespace, or with one that is nearly ours; others belong to providers."""
    for key in values:
        namespace, colon, name = key.partition(":")
        if not colon:
            yield Problem(key, f"has no namespace; did you mean {NAMESPACE}{key}?")
        elif f"{namespace}:" != NAMESPACE and suggestion(namespace, [NAMESPACE.rstrip(":")]):
            yield Problem(key, f"has another namespace; did you mean {NAMESPACE}{name}?")


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
