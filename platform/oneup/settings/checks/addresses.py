"""Address blocks: large enough, and apart."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, ExistingSettings
from oneup.settings.subnets import MOST_ZONES, zone_capacity

_LARGEST_VPC: Final = 16
_LARGEST_SERVICES: Final = 12
_SMALLEST_SERVICES: Final = 24
PRIVATE: Final = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def room_for_zones(settings: AwsSettings) -> Iterator[Problem]:
    """The subnets of every zone fit into the VPC."""
    vpc, zones = IPv4Network(settings.network.cidr), len(settings.network.zones)
    if vpc.prefixlen < _LARGEST_VPC:
        better = f"{vpc.network_address}/{_LARGEST_VPC}"
        yield Problem("network.cidr", f"{vpc} is larger than a VPC may be; did you mean {better}?")
    elif zones > MOST_ZONES:
        text = f"names {zones} zones; no region has more than {MOST_ZONES}, and no more fit; remove some"
        yield Problem("network.zones", text)
    elif zones > zone_capacity(vpc):
        prefix = next(size for size in range(vpc.prefixlen, 0, -1) if _room(size) >= zones)
        better = vpc.supernet(new_prefix=prefix)
        text = f"{vpc} is too small for the subnets of {zones} zones; did you mean {better}?"
        yield Problem("network.cidr", text)


def _room(prefix: int) -> int:
    return zone_capacity(IPv4Network((0, prefix)))


def services(settings: AwsSettings) -> Iterator[Problem]:
    """EKS takes a private block from /24 to /12 for Services, apart from the VPC."""
    given, vpc = settings.cluster.service_cidr, IPv4Network(settings.network.cidr)
    if given is None:
        return
    block = IPv4Network(given)
    key = "cluster.serviceCidr"
    if not _LARGEST_SERVICES <= block.prefixlen <= _SMALLEST_SERVICES:
        sizes = f"from /{_SMALLEST_SERVICES} to /{_LARGEST_SERVICES}"
        yield Problem(key, f"{block} is not of a size that EKS takes; give a block {sizes}")
    if not any(block.subnet_of(private) for private in PRIVATE):
        blocks = ", ".join(str(private) for private in PRIVATE)
        yield Problem(key, f"{block} is not private; give a block inside one of {blocks}")
    if block.overlaps(vpc):
        text = f"{block} overlaps the VPC's {vpc} (network.cidr); give a block apart from it"
        yield Problem(key, text)


def pods_and_services(settings: ExistingSettings) -> Iterator[Problem]:
    """Pods and Services of the existing cluster have addresses of their own."""
    pods, services = settings.existing.pod_cidr, settings.existing.service_cidr
    if IPv4Network(pods).overlaps(IPv4Network(services)):
        text = f"{pods} overlaps existing.serviceCidr {services}; give both as the cluster has them"
        yield Problem("existing.podCidr", text)
