"""The network of an AWS stack."""

from enum import StrEnum
from typing import Literal

from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.aws import Days, InterfaceEndpoint, Zone


class Nat(StrEnum):
    """How private subnets reach the internet."""

    NONE = "none"
    SINGLE = "single"
    PER_ZONE = "per-zone"


class FlowLogs(Section):
    """Where the VPC's flow logs go, and for how long."""

    destination: Literal["cloudwatch", "s3"] = "cloudwatch"
    """A CloudWatch log group, or a bucket of the stack's own."""

    retention_days: Days = 30
    """How long they are kept; CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90, … days, S3 any number."""


class Network(Section):
    """VPC, subnets and the ways out."""

    cidr: Cidr
    """The VPC's IPv4 block: up to /21 for six zones, /22 for three, /23 for two; /16 at most."""

    zones: tuple[Zone, ...]
    """Availability zones, two at least, by name (``eu-central-1a``); append only, never reorder."""

    ipv6: bool = False
    """Pods and Services have IPv6 addresses, nodes and load balancers both kinds. Fixed once made."""

    nat: Nat = Nat.SINGLE
    """How private subnets reach the internet: not at all, by one NAT gateway, or by one in each zone."""

    interface_endpoints: tuple[InterfaceEndpoint, ...] = ()
    """Services reached without NAT, such as ``ecr.api``, ``ecr.dkr``, ``sts``, ``logs``, ``ssm``."""

    flow_logs: FlowLogs | None = None
    """Record the VPC's traffic; none where it is not given."""
