"""Reads the stack's configuration."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from oneup.settings.errors import NO_MARKS, Marks, SettingsError
from oneup.settings.model import Settings
from oneup.settings.parse import Redaction, Source, parse, warnings
from oneup.settings.shape import Json, Raw

NAMESPACE: Final = "oneup:"


@dataclass(frozen=True)
class StackConfig:
    """The part of a stack's configuration that belongs to oneup."""

    stack: str
    raw: Raw
    """By key, without the namespace."""

    secret: frozenset[str]
    """Keys whose values no message may show."""

    marks: Marks = NO_MARKS

    @classmethod
    def from_config(cls, stack: str, config: Mapping[str, str], secret: Collection[str]) -> "StackConfig":
        """The values of our namespace, from all configuration values."""
        ours = {key.removeprefix(NAMESPACE): key for key in sorted(config) if key.startswith(NAMESPACE)}
        raw = {name: decode(config[key]) for name, key in ours.items()}
        return cls(stack, raw, frozenset(name for name, key in ours.items() if key in secret))

    def settings(self) -> Settings:
        """The settings, checked. Raises ``SettingsError``."""
        return parse(self.stack, self.raw, Source(self.secret, self.marks))


def load() -> Settings:
    """Read and validate the stack's configuration, and log its warnings.

    Raises ``pulumi.RunError`` with every error, which Pulumi shows without a stack trace.
    """
    import pulumi
    from pulumi.runtime import config

    every: dict[str, object] = {**config.get_config_env(), **config.CONFIG.get()}
    encrypted = set(config.get_config_secret_keys_env())
    secret = {key for key in every if key in encrypted or config.is_config_secret(key)}
    given = StackConfig.from_config(
        pulumi.get_stack(), {key: str(value) for key, value in every.items()}, secret
    )
    try:
        settings = given.settings()
    except SettingsError as error:
        raise pulumi.RunError(_message(_located(given, every)) or str(error)) from None
    for warning in Redaction.over(given.raw, given.secret).kept(warnings(settings)):
        pulumi.log.warn(str(warning))
    return settings


def _message(given: StackConfig) -> str:
    """What is wrong; empty where nothing is."""
    try:
        given.settings()
    except SettingsError as error:
        return str(error)
    return ""


def _located(given: StackConfig, every: Mapping[str, object]) -> StackConfig:
    """The configuration with the marks of the stack file, where it is that file's."""
    # After a mistake only: the YAML parser takes time.
    from oneup.settings.stackfile import read_stack_file

    try:
        file = read_stack_file(Path(f"Pulumi.{given.stack}.yaml"))
    except SettingsError:
        return given
    plain = {key: text for key, text in file.config.items() if key not in file.secret_keys}
    own = all(str(every.get(key)) == text for key, text in plain.items())
    return replace(given, marks=file.marks) if own else given


def load_file(path: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, where no Pulumi runs. Raises ``SettingsError``."""
    # A deployment reads no stack file, so it need not wait for the YAML parser either.
    from oneup.settings.stackfile import read_stack_file

    file = read_stack_file(path)
    # Encrypted values in the file are not decrypted: there is nothing to redact.
    return replace(StackConfig.from_config(file.stack, file.config, ()), marks=file.marks).settings()


def decode(text: str) -> Json:
    """A configuration value as written: Pulumi passes structured values as JSON strings."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
