"""Node autoscaling."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import AwsAddon, AwsOptInAddon
from oneup.settings.formats.form import Unit


class ClusterAutoscaler(AwsAddon):
    """Cluster Autoscaler: when nodes are removed."""

    supported_in_auto_mode: ClassVar[bool] = False

    scale_down_after_minutes: Annotated[int, Field(ge=1)] = 10
    """How long a node must be underutilized before it is removed."""

    scale_down_below_percent: Annotated[int, Field(ge=1, le=99)] = 60
    """Utilization (requested CPU and memory) below which a node counts as underutilized."""


class KarpenterCrd(AwsOptInAddon):
    """Karpenter's CRDs."""

    supported_in_auto_mode: ClassVar[bool] = False


class Karpenter(AwsOptInAddon):
    """Which nodes Karpenter may create, in addition to the node groups."""

    supported_in_auto_mode: ClassVar[bool] = False

    architectures: tuple[Literal["amd64", "arm64"], ...] = ("amd64",)
    """Architectures of its nodes; ``arm64`` only if every image supports it."""

    capacity: tuple[Literal["on-demand", "spot"], ...] = ("on-demand", "spot")
    """Capacity types; with both, the cheaper."""

    max_cpus: Annotated[int, Unit("vCPU"), Field(ge=1)] = 64
    """Maximum vCPUs of all its nodes together."""

    expire_hours: Annotated[int, Field(ge=1)] = 720
    """Maximum age of a node, so that nodes get recent AMIs."""
