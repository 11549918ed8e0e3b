"""The network of an AWS stack."""

from collections.abc import Iterator
from enum import StrEnum
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final, Literal

from oneup.settings.addons.enabled import enabled_addons
from oneup.settings.base import Section
from oneup.settings.errors import Problem, after_invalid_values, duplicates, join_names, path
from oneup.settings.formats.aws import Days, InterfaceEndpoint, Zone
from oneup.settings.formats.web import Cidr
from oneup.settings.instances import instance_type
from oneup.settings.nodes import NodeGroup
from oneup.settings.shape import Path
from oneup.settings.subnets import MAX_ZONES, zone_capacity

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, ExistingSettings


class Nat(StrEnum):
    """NAT gateways for private subnets."""

    NONE = "none"
    SINGLE = "single"
    PER_ZONE = "per-zone"


class FlowLogs(Section):
    """VPC flow logs."""

    destination: Literal["cloudwatch", "s3"] = "cloudwatch"
    """A CloudWatch log group, or an S3 bucket of the stack."""

    retention_days: Days = 30
    """Retention; CloudWatch allows 1, 3, 5, 7, 14, 30, 60, 90, … days, S3 any number."""


class Network(Section):
    """VPC, subnets and egress."""

    cidr: Cidr
    """The VPC's CIDR block: /16 to /21 for up to six zones, /22 for three, /23 for two."""

    zones: tuple[Zone, ...]
    """Availability zones, at least two, by name (``eu-central-1a``); only append, never reorder."""

    ipv6: bool = False
    """IPv6 for pods and Services; nodes and load balancers are dual-stack. Cannot be changed later."""

    nat: Nat = Nat.SINGLE
    """NAT for private subnets: none, a single NAT gateway, or one per zone."""

    interface_endpoints: tuple[InterfaceEndpoint, ...] = ()
    """Interface VPC endpoints, such as ``ecr.api``, ``ecr.dkr``, ``sts``, ``logs``, ``ssm``."""

    flow_logs: FlowLogs | None = None
    """VPC flow logs; none by default."""


_FEWEST_ZONES: Final = 2
"""EKS needs subnets in at least two zones."""


def zones_of_the_region(settings: "AwsSettings") -> Iterator[Problem]:
    """Zones are in the stack's region."""
    region = settings.aws.region
    for index, zone in enumerate(settings.network.zones):
        if zone[:-1] != region:
            text = f"{zone} is not in {region} (aws.region); did you mean {region}{zone[-1]}?"
            yield Problem(path(("network", "zones", index)), text)


def enough_zones(settings: "AwsSettings") -> Iterator[Problem]:
    """Two zones or more, each once."""
    zones = settings.network.zones
    yield from duplicates(("network", "zones"), zones)
    if len(set(zones)) < _FEWEST_ZONES:
        yield Problem(
            "network.zones", f"names {len(set(zones))} of the {_FEWEST_ZONES} zones that EKS needs; add more"
        )


def zones_of_node_groups(settings: "AwsSettings") -> Iterator[Problem]:
    """A group's zones are the network's."""
    for index, group in enumerate(settings.node_groups):
        yield from after_invalid_values(_zones_of_group(settings, ("nodeGroups", index, "zones"), group))


def _zones_of_group(settings: "AwsSettings", key: Path, group: NodeGroup) -> Iterator[Problem]:
    if group.zones is None:
        return
    if not group.zones:
        yield Problem(path(key), "is empty; add a zone, or remove the key to use all zones of the network")
    yield from duplicates(key, group.zones)
    for index, zone in enumerate(group.zones):
        if zone not in settings.network.zones:
            text = f"{zone} is not in network.zones ({join_names(settings.network.zones)}); use one of these"
            yield Problem(path((*key, index)), text)


_LARGEST_VPC: Final = 16
_LARGEST_SERVICES: Final = 12
_SMALLEST_SERVICES: Final = 24
PRIVATE: Final = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def vpc_holds_the_zones(settings: "AwsSettings") -> Iterator[Problem]:
    """The subnets of every zone fit into the VPC."""
    vpc, zones = IPv4Network(settings.network.cidr), len(settings.network.zones)
    if vpc.prefixlen < _LARGEST_VPC:
        better = f"{vpc.network_address}/{_LARGEST_VPC}"
        yield Problem("network.cidr", f"{vpc} is larger than a VPC may be; did you mean {better}?")
    elif zones > MAX_ZONES:
        text = f"names {zones} zones; no region has more than {MAX_ZONES}; remove some"
        yield Problem("network.zones", text)
    elif zones > zone_capacity(vpc):
        prefix = next(size for size in range(vpc.prefixlen, 0, -1) if _zones_at_prefix(size) >= zones)
        better = vpc.supernet(new_prefix=prefix)
        text = f"{vpc} is too small for the subnets of {zones} zones; did you mean {better}?"
        yield Problem("network.cidr", text)


def _zones_at_prefix(prefix: int) -> int:
    return zone_capacity(IPv4Network((0, prefix)))


def service_block(settings: "AwsSettings") -> Iterator[Problem]:
    """EKS accepts a private block from /24 to /12 for Services, outside the VPC's."""
    given, vpc = settings.cluster.service_cidr, IPv4Network(settings.network.cidr)
    if given is None:
        return
    block = IPv4Network(given)
    key = "cluster.serviceCidr"
    if not _LARGEST_SERVICES <= block.prefixlen <= _SMALLEST_SERVICES:
        sizes = f"from /{_SMALLEST_SERVICES} to /{_LARGEST_SERVICES}"
        yield Problem(key, f"{block} is not a size that EKS accepts; give a block {sizes}")
    if not any(block.subnet_of(private) for private in PRIVATE):
        blocks = ", ".join(str(private) for private in PRIVATE)
        yield Problem(key, f"{block} is not private; give a block inside one of {blocks}")
    if block.overlaps(vpc):
        text = f"{block} overlaps the VPC's {vpc} (network.cidr); give a block outside it"
        yield Problem(key, text)


def pods_and_services_apart(settings: "ExistingSettings") -> Iterator[Problem]:
    """Pods and Services of the existing cluster have addresses of their own."""
    pods, service_block = settings.existing.pod_cidr, settings.existing.service_cidr
    if IPv4Network(pods).overlaps(IPv4Network(service_block)):
        text = f"{pods} overlaps existing.serviceCidr {service_block}; give both as the cluster has them"
        yield Problem("existing.podCidr", text)


ENDPOINTS_FOR_NODES: Final = ("ecr.api", "ecr.dkr", "ec2", "sts")
"""Without these endpoints no node joins, and no controller gets credentials."""

ENDPOINTS_FOR_ADDONS: Final = {"aws_load_balancer_controller": ("elasticloadbalancing",)}
"""Additional services that an addon calls, by its field."""


def duplicate_endpoints(settings: "AwsSettings") -> Iterator[Problem]:
    """Each endpoint once."""
    yield from duplicates(("network", "interfaceEndpoints"), settings.network.interface_endpoints)


def endpoints_without_nat(settings: "AwsSettings") -> Iterator[Problem]:
    """Without NAT, AWS is only reachable through interface endpoints."""
    network = settings.network
    if network.nat is not Nat.NONE:
        return
    credentials = ("eks-auth",) if settings.cluster.identity == "podIdentity" else ()
    addons = [name for field in enabled_addons(settings) for name in ENDPOINTS_FOR_ADDONS.get(field, ())]
    lacking = [
        name
        for name in (*ENDPOINTS_FOR_NODES, *credentials, *addons)
        if name not in network.interface_endpoints
    ]
    if lacking:
        text = (
            f"lacks {join_names(lacking)}, which nodes cannot reach otherwise (network.nat is none); add them"
        )
        yield Problem("network.interfaceEndpoints", text)


def images_without_nat(settings: "AwsSettings") -> Iterator[Problem]:
    """Most charts use images of public registries."""
    if settings.network.nat is Nat.NONE:
        text = "none means that nodes can only pull images from ECR; mirror every image there"
        yield Problem("network.nat", text)


def ipv6_combinations(settings: "AwsSettings") -> Iterator[Problem]:
    """EKS chooses the Service CIDR, and pods get addresses by prefix delegation only."""
    if not settings.network.ipv6:
        return
    if settings.cluster.service_cidr:
        given = settings.cluster.service_cidr
        text = f"{given} is IPv4, and with network.ipv6 EKS chooses the block; remove one of the two"
        yield Problem("cluster.serviceCidr", text)
    if not settings.cluster.prefix_delegation:
        text = "false would leave pods without addresses: network.ipv6 needs prefix delegation; remove one of the two"
        yield Problem("cluster.prefixDelegation", text, text)
    for index, group in enumerate(settings.node_groups):
        for place, name in enumerate(group.instance_types):
            kind = instance_type(name)
            if kind and not kind.nitro:
                text = f"{name} does not support prefix delegation, which network.ipv6 needs; choose a newer type"
                yield Problem(path(("nodeGroups", index, "instanceTypes", place)), text)
