"""The knob that every addon has: on or off."""

from typing import ClassVar, Literal

from pydantic import JsonValue

from oneup.settings.base import Section
from oneup.settings.names import Purpose

Foundation = Literal["aws", "existing"]


class Knobs(Section):
    """Base of every addon's knobs."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Where the addon can run; on any other foundation it is off, and refused if it is turned on."""

    reason: ClassVar[str] = ""
    """Why it runs nowhere else: ``it …``."""

    unasked: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Where an addon that is on by default needs no word of the stack's."""

    caution: ClassVar[str] = ""
    """What a stack that installs it is warned of, such as the end of its maintenance and its successor."""

    in_auto_mode: ClassVar[bool] = True
    """Whether it has work to do where EKS Auto Mode is on; else it is off there, and refused if turned on."""

    stores: ClassVar[tuple[Purpose, ...]] = ()
    """The stack's buckets that it writes to: they are made where it is installed."""

    enabled: bool = True
    """Whether the stack installs it."""

    values: dict[str, JsonValue] | None = None
    """Escape: chart values merged last, over everything; keys must exist in the chart."""


class OptIn(Knobs):
    """An addon that is off unless a stack turns it on."""

    enabled: bool = False
    """Whether the stack installs it."""


class AwsFirst(Knobs):
    """An addon that is on by default on AWS; elsewhere it needs more than it finds, and waits to be asked."""

    unasked: ClassVar[tuple[Foundation, ...]] = ("aws",)


class AwsOnly(Knobs):
    """An addon that acts on AWS."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("aws",)
    reason: ClassVar[str] = "it acts on AWS, with a role that only the stack's own foundation gives it"


class AwsOptIn(OptIn):
    """An addon that acts on AWS, and is off unless a stack turns it on."""

    foundations: ClassVar[tuple[Foundation, ...]] = AwsOnly.foundations
    reason: ClassVar[str] = AwsOnly.reason


class ExistingOnly(OptIn):
    """An addon that does what AWS does elsewhere."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("existing",)
    reason: ClassVar[str] = "it does what AWS does by itself"
