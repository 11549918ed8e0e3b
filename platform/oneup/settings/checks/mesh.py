"""Istio's namespaces: those of the stack's applications."""

from collections.abc import Iterator

from oneup.settings.errors import Problem, path
from oneup.settings.model import Settings


def namespaces(settings: Settings) -> Iterator[Problem]:
    """A namespace that the stack does not make cannot be labelled by it."""
    made = (settings.environment, "application")
    for index, name in enumerate(settings.addons.istiod.namespaces):
        if name not in made:
            text = f"{name} is no namespace of this stack's applications; use {' or '.join(made)}"
            yield Problem(path(("addons", "istiod", "namespaces", index)), text)
