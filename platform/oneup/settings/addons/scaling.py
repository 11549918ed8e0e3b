"""The knobs of what scales the nodes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import AwsOnly, AwsOptIn
from oneup.settings.formats.form import Unit


class ClusterAutoscaler(AwsOnly):
    """When nodes come and go."""

    in_auto_mode: ClassVar[bool] = False

    scale_down_after_minutes: Annotated[int, Field(ge=1)] = 10
    """How long a node must be idle enough before it goes."""

    scale_down_below_percent: Annotated[int, Field(ge=1, le=99)] = 60
    """Percent of a node's CPU and memory asked for, below which it counts as idle enough."""


class KarpenterCrd(AwsOptIn):
    """Karpenter's kinds."""

    in_auto_mode: ClassVar[bool] = False


class Karpenter(AwsOptIn):
    """Which nodes Karpenter may make, beside the managed groups."""

    in_auto_mode: ClassVar[bool] = False

    architectures: tuple[Literal["amd64", "arm64"], ...] = ("amd64",)
    """Processors of its nodes; ``arm64`` only where every image is built for it."""

    capacity: tuple[Literal["on-demand", "spot"], ...] = ("on-demand", "spot")
    """What it may buy; where both are given, the cheaper."""

    max_cpus: Annotated[int, Unit("vCPU"), Field(ge=1)] = 64
    """Processors of all its nodes together, at most."""

    expire_hours: Annotated[int, Field(ge=1)] = 720
    """Age at which a node is replaced, so that every one has a recent image."""
