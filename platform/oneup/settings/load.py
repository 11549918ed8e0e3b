"""Reads the stack's configuration, once, whole."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from oneup.settings.errors import SettingsError
from oneup.settings.model import Settings
from oneup.settings.parse import Json, parse
from oneup.settings.stackfile import read_stack_file

NAMESPACE = "oneup:"


def load() -> Settings:
    """Read and validate the stack's configuration; every mistake is reported at once.

    Raises ``pulumi.RunError``, which Pulumi shows without a stack trace.
    """
    import pulumi
    from pulumi.runtime import config

    given: dict[str, object] = {**config.get_config_env(), **config.CONFIG.get()}
    declared = set(config.get_config_secret_keys_env())
    secret = {key for key in given if key in declared or config.is_config_secret(key)}
    try:
        return interpret(pulumi.get_stack(), {key: str(value) for key, value in given.items()}, secret)
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def load_file(path: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, where no Pulumi runs. Raises ``SettingsError``."""
    file = read_stack_file(path)
    return interpret(file.stack, file.config, file.secret_keys)


def interpret(stack: str, config: Mapping[str, str], secret: Collection[str]) -> Settings:
    """The settings among a stack's configuration values. Raises ``SettingsError``."""
    ours = {key.removeprefix(NAMESPACE): key for key in sorted(config) if key.startswith(NAMESPACE)}
    return parse(
        stack,
        {name: decode(config[key]) for name, key in ours.items()},
        frozenset(name for name, key in ours.items() if key in secret),
    )


def decode(text: str) -> Json:
    """A configuration value as it was written: Pulumi hands structured values over as JSON text."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
