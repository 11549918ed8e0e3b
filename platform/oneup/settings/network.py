"""The network of an AWS stack."""

from enum import StrEnum
from typing import Literal

from oneup.settings.base import Section


class Nat(StrEnum):
    """How private subnets reach the internet."""

    NONE = "none"
    SINGLE = "single"
    PER_ZONE = "per-zone"


class FlowLogs(Section):
    """Where the VPC's flow logs go, and for how long."""

    destination: Literal["cloudwatch", "s3"] = "cloudwatch"
    retention_days: int = 30


class Network(Section):
    """VPC, subnets and the ways out."""

    cidr: str
    """The VPC's IPv4 block, /16 to /24."""

    zones: tuple[str, ...]
    """Availability zones, by name (``eu-central-1a``)."""

    nat: Nat = Nat.SINGLE
    interface_endpoints: tuple[str, ...] = ()
    """Services reached without NAT, such as ``ecr.api``, ``ecr.dkr``, ``sts``, ``logs``, ``ssm``"""

    flow_logs: FlowLogs | None = None
