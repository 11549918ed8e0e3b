"""The knob that every addon has: on or off."""

from pydantic import JsonValue

from oneup.settings.base import Section


class Knobs(Section):
    """Base of every addon's knobs."""

    enabled: bool = True
    values: dict[str, JsonValue] | None = None
    """Escape: chart values merged last, over everything; keys must exist in the chart."""


class OptIn(Knobs):
    """An addon that is off unless a stack turns it on."""

    enabled: bool = False
