"""Settings that every addon has."""

from typing import ClassVar, Literal

from pydantic import JsonValue

from oneup.settings.base import Section
from oneup.settings.names import Purpose

Foundation = Literal["aws", "existing"]


class AddonSettings(Section):
    """Base of every addon's settings."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Supported foundations; on others the addon is off, and enabling it is an error."""

    reason: ClassVar[str] = ""
    """Why other foundations are not supported; a clause after a colon."""

    unasked: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Foundations on which the addon is on by default."""

    caution: ClassVar[str] = ""
    """Deprecation warning: end of maintenance, and the successor."""

    in_auto_mode: ClassVar[bool] = True
    """Whether it is supported with EKS Auto Mode; otherwise it is off, and enabling it is an error."""

    stores: ClassVar[tuple[Purpose, ...]] = ()
    """Buckets that it writes to; the stack creates them if it is installed."""

    enabled: bool = True
    """Whether the stack installs it."""

    values: dict[str, JsonValue] | None = None
    """Chart values that override all others; keys must exist in the chart."""


class OptInAddon(AddonSettings):
    """An addon that is off by default."""

    enabled: bool = False
    """Whether the stack installs it."""


class AwsDefaultAddon(AddonSettings):
    """An addon that is on by default on AWS only."""

    unasked: ClassVar[tuple[Foundation, ...]] = ("aws",)


class AwsAddon(AddonSettings):
    """An addon for AWS only."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("aws",)
    reason: ClassVar[str] = "it needs an IAM role, which only foundation aws provides"


class AwsOptInAddon(OptInAddon):
    """An addon for AWS only, off by default."""

    foundations: ClassVar[tuple[Foundation, ...]] = AwsAddon.foundations
    reason: ClassVar[str] = AwsAddon.reason


class ExistingClusterAddon(OptInAddon):
    """An addon that replaces an AWS service on an existing cluster, off by default."""

    foundations: ClassVar[tuple[Foundation, ...]] = ("existing",)
    reason: ClassVar[str] = "AWS provides this itself"
