"""Which addons a stack installs, and which cannot be there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from oneup.settings.addons.switch import AddonSettings
from oneup.settings.errors import Problem, after_invalid_values, path
from oneup.settings.names import PURPOSES, Purpose

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, Settings


def catalogue(settings: "Settings") -> Iterator[tuple[str, AddonSettings]]:
    """Every addon's field with this stack's settings, in the order of the catalogue."""
    for field in type(settings.addons).model_fields:
        knobs: object = getattr(settings.addons, field)
        if isinstance(knobs, AddonSettings):
            yield field, knobs


def enabled_addons(settings: "Settings") -> tuple[str, ...]:
    """The fields of the addons that this stack installs.

    An addon that is on by default is left out if the foundation does not support it.
    """
    return tuple(field for field, knobs in catalogue(settings) if is_enabled(settings, knobs))


def is_enabled(settings: "Settings", knobs: AddonSettings) -> bool:
    """Whether the stack installs an addon: it is supported, and on explicitly or by default."""
    asked = "enabled" in knobs.model_fields_set or settings.foundation in knobs.on_by_default_for
    return knobs.enabled and asked and supports(settings, knobs)


def supports(settings: "Settings", knobs: AddonSettings) -> bool:
    """Whether the stack's foundation supports an addon."""
    auto_mode = settings.foundation == "aws" and settings.cluster.auto_mode
    return settings.foundation in knobs.supported_foundations and (
        knobs.supported_in_auto_mode or not auto_mode
    )


def bucket_purposes(settings: "AwsSettings") -> tuple[Purpose, ...]:
    """The buckets that the stack creates: those in the settings, and those that its addons write to."""
    written = {
        purpose
        for _, knobs in catalogue(settings)
        if is_enabled(settings, knobs)
        for purpose in knobs.buckets
    }
    return tuple(each for each in PURPOSES if each in written or each in settings.storage.buckets)


def unsupported_foundation(settings: "Settings") -> Iterator[Problem]:
    """An addon is enabled on a foundation that does not support it."""
    for field, knobs in catalogue(settings):
        yield from after_invalid_values(_unsupported(settings, field, knobs))


def deprecated(settings: "Settings") -> Iterator[Problem]:
    """A deprecated addon is installed."""
    enabled = enabled_addons(settings)
    for field, knobs in catalogue(settings):
        if field in enabled and knobs.deprecation:
            yield Problem(_addon_key(settings, field), knobs.deprecation, knobs.deprecation)


def _addon_key(settings: "Settings", field: str) -> str:
    return path(("addons", type(settings.addons).model_fields[field].alias or field))


def _unsupported(settings: "Settings", field: str, knobs: AddonSettings) -> Iterator[Problem]:
    asked = knobs.enabled and "enabled" in knobs.model_fields_set
    if asked and settings.foundation not in knobs.supported_foundations:
        where = " or ".join(knobs.supported_foundations)
        why = knobs.unsupported_reason
        text = f"true is only supported with foundation: {where} ({why}); remove it, or set it to false"
        yield Problem(f"{_addon_key(settings, field)}.enabled", text, text)
