"""The subnet plan: the CIDR blocks of each zone's subnets in the VPC.

The place of a zone's subnets depends on the VPC's size and the zone's position in the list, never on
how many zones there are: appending a zone later moves nothing.

Up to /21 the VPC is cut into eighths: six private subnets, one for each of at most six zones (no AWS
region has more), an eighth for all public subnets, an eighth for all isolated ones. A smaller VPC is
cut into quarters: private subnets in the first three, the public and isolated ones share the last.
Public subnets are never smaller than /27, the least that an Application Load Balancer accepts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network
from typing import Final

SMALLEST_PUBLIC_PREFIX: Final = 27
SMALLEST_WIDE_PREFIX: Final = 21
MAX_ZONES: Final = 6


@dataclass(frozen=True)
class ZoneSubnets:
    """The subnets of one zone, as CIDR blocks."""

    zone: str
    public: str
    """Load balancers and NAT gateways."""

    private: str
    """Nodes and pods; at least four times as large as the others."""

    isolated: str
    """Databases: no way to the internet."""


@dataclass(frozen=True)
class SubnetPlan:
    """The subnets of a VPC, zone by zone in the order of the settings."""

    zones: tuple[ZoneSubnets, ...]


def zone_capacity(cidr: IPv4Network) -> int:
    """How many zones fit into a VPC of this size."""
    if cidr.prefixlen <= SMALLEST_WIDE_PREFIX:
        return MAX_ZONES
    shared = SMALLEST_PUBLIC_PREFIX - (cidr.prefixlen + 2)
    return min(3, 2**shared // 2) if shared > 0 else 0


def plan_subnets(cidr: str, zones: Sequence[str]) -> SubnetPlan:
    """Plan the subnets of a VPC; raises ``ValueError`` where the zones do not fit into it."""
    return _planned(cidr, tuple(zones))


# Every network flow needs the subnets.
@cache
def _planned(cidr: str, zones: tuple[str, ...]) -> SubnetPlan:
    vpc = IPv4Network(cidr)
    room = zone_capacity(vpc)
    if len(zones) > room:
        raise ValueError(f"{cidr} has room for {room} zones, not for {len(zones)}")
    private, public, isolated = _pools(vpc)
    return SubnetPlan(
        tuple(
            ZoneSubnets(zone, str(public[index]), str(private[index]), str(isolated[index]))
            for index, zone in enumerate(zones)
        )
    )


def _pools(vpc: IPv4Network) -> tuple[list[IPv4Network], list[IPv4Network], list[IPv4Network]]:
    """The slots for private, public and isolated subnets, in the order of zones."""
    if vpc.prefixlen <= SMALLEST_WIDE_PREFIX:
        eighths = list(vpc.subnets(3))
        return eighths[:6], list(eighths[6].subnets(3)), list(eighths[7].subnets(3))
    quarters = list(vpc.subnets(2))
    public, isolated = quarters[3].subnets(1)
    return quarters[:3], list(public.subnets(new_prefix=27)), list(isolated.subnets(new_prefix=27))
