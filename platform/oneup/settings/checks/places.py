"""Addons that a foundation cannot carry."""

from collections.abc import Iterator

from oneup.settings.addons.places import carries, catalogue
from oneup.settings.addons.switch import Knobs
from oneup.settings.checks.surviving import surviving
from oneup.settings.errors import Problem, path
from oneup.settings.model import Settings


def wrong_foundation(settings: Settings) -> Iterator[Problem]:
    """An addon was turned on where it cannot work."""
    for field, knobs in catalogue(settings):
        yield from surviving(_misplaced(settings, field, knobs))


def _misplaced(settings: Settings, field: str, knobs: Knobs) -> Iterator[Problem]:
    asked = knobs.enabled and "enabled" in knobs.model_fields_set
    if asked and not carries(settings, knobs):
        where = " or ".join(knobs.foundations)
        text = f"true works on the foundation {where} only: {knobs.reason}; remove it, or set it to false"
        key = type(settings.addons).model_fields[field].alias or field
        yield Problem(path(("addons", key, "enabled")), text, text)
