"""Reads the stack's configuration."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from oneup.settings.errors import SettingsError
from oneup.settings.model import Settings
from oneup.settings.parse import Redaction, parse, warnings
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

    @classmethod
    def from_config(cls, stack: str, config: Mapping[str, str], secret: Collection[str]) -> "StackConfig":
        """The values of our namespace, from all configuration values."""
        ours = {key.removeprefix(NAMESPACE): key for key in sorted(config) if key.startswith(NAMESPACE)}
        raw = {name: decode(config[key]) for name, key in ours.items()}
        return cls(stack, raw, frozenset(name for name, key in ours.items() if key in secret))

    def settings(self) -> Settings:
        """The settings, checked. Raises ``SettingsError``."""
        return parse(self.stack, self.raw, self.secret)


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
        raise pulumi.RunError(str(error)) from None
    for warning in Redaction.over(given.raw, given.secret).kept(warnings(settings)):
        pulumi.log.warn(str(warning))
    return settings


def load_file(path: Path) -> Settings:
    """The settings in ``Pulumi.<stack>.yaml``, where no Pulumi runs. Raises ``SettingsError``."""
    # A deployment reads no stack file, so it need not wait for the YAML parser either.
    from oneup.settings.stackfile import read_stack_file

    file = read_stack_file(path)
    # Encrypted values in the file are not decrypted: there is nothing to redact.
    return StackConfig.from_config(file.stack, file.config, ()).settings()


def decode(text: str) -> Json:
    """A configuration value as written: Pulumi passes structured values as JSON strings."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
