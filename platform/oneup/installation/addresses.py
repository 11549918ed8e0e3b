"""Checks that the private subnets have enough addresses for nodes and pods."""

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
"""Addresses that AWS reserves in every subnet."""

_CONTROL_PLANE: Final = 4
"""Network interfaces that EKS may use in a subnet during a control plane update."""


@dataclass(frozen=True)
class AddressUsage:
    """IPv4 addresses of the fullest zone's private subnet."""

    asked: int
    free: int

    @property
    def line(self) -> str:
        """Required and available addresses, for display."""
        return f"{self.asked} of {self.free} addresses in the most used zone"


def address_usage(settings: AwsSettings, pods: int, nodes: int) -> AddressUsage | None:
    """Addresses required by this number of pods and nodes, spread evenly over nodes and zones.

    None if pods have IPv6 addresses, which are not limited.
    """
    if settings.network.ipv6 or not nodes:
        return None
    zones = plan_subnets(settings.network.cidr, settings.network.zones).zones
    on_a_node = ceil(pods / nodes)
    if settings.cluster.prefix_delegation:
        on_a_node = _PREFIX * ceil(on_a_node / _PREFIX)
    smallest = min(IPv4Network(zone.private).num_addresses for zone in zones)
    others = _AWS_OWN + _CONTROL_PLANE + len(settings.interface_endpoints)
    return AddressUsage(ceil(nodes / len(zones)) * (1 + on_a_node), smallest - others)


def address_shortage(settings: AwsSettings, pods: int, nodes: int) -> Iterator[str]:
    """The error, with numbers, if the subnets are too small."""
    found = address_usage(settings, pods, nodes)
    if found and found.asked > found.free:
        yield (
            f"{pods} pods on {nodes} nodes require {found.asked} addresses of a zone's private subnet, which "
            f"has {found.free}: use a larger network.cidr or fewer nodes"
        )
