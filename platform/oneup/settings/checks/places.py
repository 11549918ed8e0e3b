"""Addons that a foundation cannot carry, and those that nobody should choose without knowing why."""

from collections.abc import Iterator

from oneup.settings.addons.places import catalogue, enabled_addons
from oneup.settings.addons.switch import Knobs
from oneup.settings.checks.surviving import surviving
from oneup.settings.errors import Problem, path
from oneup.settings.model import Settings


def wrong_foundation(settings: Settings) -> Iterator[Problem]:
    """An addon was turned on where it cannot work."""
    for field, knobs in catalogue(settings):
        yield from surviving(_misplaced(settings, field, knobs))


def cautioned(settings: Settings) -> Iterator[Problem]:
    """An addon is installed of which its users are warned."""
    enabled = enabled_addons(settings)
    for field, knobs in catalogue(settings):
        if field in enabled and knobs.caution:
            yield Problem(_key(settings, field), knobs.caution, knobs.caution)


def _key(settings: Settings, field: str) -> str:
    return path(("addons", type(settings.addons).model_fields[field].alias or field))


def _misplaced(settings: Settings, field: str, knobs: Knobs) -> Iterator[Problem]:
    asked = knobs.enabled and "enabled" in knobs.model_fields_set
    if asked and settings.foundation not in knobs.foundations:
        where = " or ".join(knobs.foundations)
        text = f"true works on the foundation {where} only: {knobs.reason}; remove it, or set it to false"
        yield Problem(f"{_key(settings, field)}.enabled", text, text)
