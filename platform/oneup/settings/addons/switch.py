"""Settings that every addon has."""

from typing import ClassVar, Literal

from pydantic import JsonValue

from oneup.settings.base import Section
from oneup.settings.names import Purpose

Foundation = Literal["aws", "existing"]


class AddonSettings(Section):
    """Base of every addon's settings."""

    supported_foundations: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Supported foundations; on others the addon is off, and enabling it is an error."""

    unsupported_reason: ClassVar[str] = ""
    """Why other foundations are not supported; a clause after a colon."""

    on_by_default_for: ClassVar[tuple[Foundation, ...]] = ("aws", "existing")
    """Foundations on which the addon is on by default."""

    deprecation: ClassVar[str] = ""
    """Deprecation warning: end of maintenance, and the successor."""

    supported_in_auto_mode: ClassVar[bool] = True
    """Whether it is supported with EKS Auto Mode; otherwise it is off, and enabling it is an error."""

    buckets: ClassVar[tuple[Purpose, ...]] = ()
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

    on_by_default_for: ClassVar[tuple[Foundation, ...]] = ("aws",)


class AwsAddon(AddonSettings):
    """An addon for AWS only."""

    supported_foundations: ClassVar[tuple[Foundation, ...]] = ("aws",)
    unsupported_reason: ClassVar[str] = "it needs an IAM role, which only foundation aws provides"


class AwsOptInAddon(OptInAddon):
    """An addon for AWS only, off by default."""

    supported_foundations: ClassVar[tuple[Foundation, ...]] = AwsAddon.supported_foundations
    unsupported_reason: ClassVar[str] = AwsAddon.unsupported_reason


class ExistingClusterAddon(OptInAddon):
    """An addon that replaces an AWS service on an existing cluster, off by default."""

    supported_foundations: ClassVar[tuple[Foundation, ...]] = ("existing",)
    unsupported_reason: ClassVar[str] = "AWS provides this itself"
