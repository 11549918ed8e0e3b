"""Whether the private subnets have the addresses that nodes and pods take."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from math import ceil
from typing import Final

from oneup.settings.model import AwsSettings
from oneup.settings.subnets import plan_subnets

_PREFIX: Final = 16
"""Addresses of a prefix, which the VPC CNI takes as one (/28)."""

_AWS_OWN: Final = 5
"""Addresses of every subnet that AWS keeps."""

_CONTROL_PLANE: Final = 4
"""Interfaces that EKS may have in a subnet while it updates a control plane."""


@dataclass(frozen=True)
class Addresses:
    """IPv4 addresses of the fullest zone's private subnet."""

    asked: int
    free: int

    @property
    def line(self) -> str:
        """Both, for those who look."""
        return f"{self.asked} of {self.free} addresses in the fullest zone"


def taken(settings: AwsSettings, pods: int, nodes: int) -> Addresses | None:
    """What so many pods on so many nodes take, as even over nodes and zones as both are spread.

    None where pods have IPv6 addresses, which do not end.
    """
    if settings.network.ipv6 or not nodes:
        return None
    zones = plan_subnets(settings.network.cidr, settings.network.zones).zones
    on_a_node = ceil(pods / nodes)
    if settings.cluster.prefix_delegation:
        on_a_node = _PREFIX * ceil(on_a_node / _PREFIX)
    smallest = min(IPv4Network(zone.private).num_addresses for zone in zones)
    others = _AWS_OWN + _CONTROL_PLANE + len(settings.interface_endpoints)
    return Addresses(ceil(nodes / len(zones)) * (1 + on_a_node), smallest - others)


def too_few(settings: AwsSettings, pods: int, nodes: int) -> Iterator[str]:
    """Why the subnets cannot hold them, with the numbers; nothing where they can."""
    found = taken(settings, pods, nodes)
    if found and found.asked > found.free:
        yield (
            f"{pods} pods on {nodes} nodes take {found.asked} addresses of a zone's private subnet, which "
            f"has {found.free}: give network.cidr a larger block, or have fewer nodes"
        )
