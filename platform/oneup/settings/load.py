"""Reads the stack's configuration, once, whole."""

from oneup.settings.model import Settings


def load() -> Settings:
    """Read and validate the stack's configuration; every mistake is reported at once."""
    raise NotImplementedError
