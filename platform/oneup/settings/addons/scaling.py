"""The knobs of what scales the nodes."""

from typing import Annotated

from pydantic import Field

from oneup.settings.addons.switch import AwsOnly


class ClusterAutoscaler(AwsOnly):
    """When nodes come and go."""

    scale_down_after_minutes: Annotated[int, Field(ge=1)] = 10
    """How long a node must be idle enough before it goes."""

    scale_down_below_percent: Annotated[int, Field(ge=1, le=99)] = 60
    """Percent of a node's CPU and memory asked for, below which it counts as idle enough."""
