"""Reads the stack's configuration, once, whole."""

import json

from oneup.settings.errors import SettingsError
from oneup.settings.model import Settings
from oneup.settings.parse import Json, parse

NAMESPACE = "oneup:"


def load() -> Settings:
    """Read and validate the stack's configuration; every mistake is reported at once.

    Raises ``pulumi.RunError``, which Pulumi shows without a stack trace.
    """
    import pulumi
    from pulumi.runtime import config

    given: dict[str, object] = {**config.get_config_env(), **config.CONFIG.get()}
    ours = sorted(key for key in given if key.startswith(NAMESPACE))
    declared = set(config.get_config_secret_keys_env())
    secret = [key for key in ours if key in declared or config.is_config_secret(key)]
    try:
        return parse(
            pulumi.get_stack(),
            {key.removeprefix(NAMESPACE): decode(str(given[key])) for key in ours},
            frozenset(key.removeprefix(NAMESPACE) for key in secret),
        )
    except SettingsError as error:
        raise pulumi.RunError(str(error)) from None


def decode(text: str) -> Json:
    """A configuration value as it was written: Pulumi hands structured values over as JSON text."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
