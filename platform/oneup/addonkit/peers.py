"""CIDR blocks of the endpoints of network flows, known before deployment."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import Final

from oneup.addonkit.flow import HTTPS, Place, Port
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.subnets import plan_subnets
from oneup.values import Fact, Late

EVERYWHERE: Final = "0.0.0.0/0"

EVERYWHERE_IPV6: Final = "::/0"

METADATA: Final = "169.254.0.0/16"
"""Link-local: the node's instance metadata, which pods do not need."""

EKS_SERVICES: Final = ("10.100.0.0/16", "172.20.0.0/16")
"""The Service CIDRs that EKS chooses from by default."""


POD_IDENTITY: Final = "169.254.170.23/32"
"""Address of the Pod Identity agent on the pod's node, port 80."""


POD_IDENTITY_IPV6: Final = "fd00:ec2::23/128"
METADATA_IPV6: Final = "fd00:ec2::/32"
SERVICES_IPV6: Final = "fd00::/8"
"""Unique local addresses, from which EKS takes the Service CIDR."""


@dataclass(frozen=True)
class Block:
    """A CIDR with exceptions, and the endpoint's own ports if they differ."""

    cidr: str | Late
    without: tuple[str | Late, ...] = ()
    ports: tuple[Port, ...] = ()


def blocks(place: Place, settings: Settings, *, source: bool) -> tuple[Block, ...]:
    """The addresses of an endpoint; empty if this foundation does not have it.

    As a ``source``, an endpoint has no ports, and the API server has only its own addresses, not its Service's.
    """
    match settings:
        case AwsSettings():
            ipv6 = _over_ipv6(place, source=source) if settings.network.ipv6 else ()
            return (*_on_aws(place, settings, source=source), *ipv6)
        case ExistingSettings():
            return _on_existing(place, settings, source=source)


def credentials(settings: Settings) -> tuple[Block, ...]:
    """Where a pod gets its AWS credentials."""
    if not isinstance(settings, AwsSettings) or settings.cluster.identity != "podIdentity":
        return ()
    agents = (POD_IDENTITY, *((POD_IDENTITY_IPV6,) if settings.network.ipv6 else ()))
    return tuple(Block(agent, ports=(Port(80),)) for agent in agents)


def resolver(settings: Settings) -> tuple[Block, ...]:
    """The address of cluster DNS if it does not run in pods: EKS Auto Mode runs it on each node.

    Its Service has the tenth address of the Service CIDR.
    """
    if not isinstance(settings, AwsSettings) or settings.cluster.auto_mode is None:
        return ()
    given = settings.cluster.service_cidr
    services = (given,) if given else EKS_SERVICES
    served = (Block(f"{IPv4Network(block)[10]}/32") for block in services)
    return (*served, *_on_aws(Place.NODES, settings, source=False), Block(METADATA))


def _on_aws(place: Place, settings: AwsSettings, *, source: bool) -> tuple[Block, ...]:
    """Pods, nodes, the control plane's interfaces and endpoints of services share the private subnets."""
    zones = plan_subnets(settings.network.cidr, settings.network.zones).zones
    private = tuple(Block(zone.private) for zone in zones)
    outside = Block(EVERYWHERE, (settings.network.cidr, METADATA))
    match place:
        case Place.API_SERVER:
            given = settings.cluster.service_cidr
            services = (given,) if given else EKS_SERVICES
            served = tuple(_first(block) for block in services)
            return (
                private if source else tuple(replace(block, ports=(HTTPS,)) for block in (*private, *served))
            )
        case Place.NODES:
            return private
        case Place.BALANCERS:
            return tuple(Block(zone.public) for zone in zones)
        case Place.INTERNAL_BALANCERS:
            return private
        case Place.AWS:
            return (outside, *(private if settings.interface_endpoints else ()))
        case Place.INTERNET:
            return (outside,)
        case Place.APPLICATIONS | Place.PROXIES:
            return ()


def _over_ipv6(place: Place, *, source: bool) -> tuple[Block, ...]:
    """The same endpoints over IPv6; Amazon assigns the VPC's block at creation."""
    vpc = Late(Fact.VPC_IPV6_BLOCK)
    match place:
        case Place.API_SERVER:
            return (Block(vpc, ports=(HTTPS,)), *(() if source else (Block(SERVICES_IPV6, ports=(HTTPS,)),)))
        case Place.NODES | Place.BALANCERS | Place.INTERNAL_BALANCERS:
            return (Block(vpc),)
        case Place.AWS | Place.INTERNET:
            return (Block(EVERYWHERE_IPV6, (vpc, METADATA_IPV6)),)
        case Place.APPLICATIONS | Place.PROXIES:
            return ()


def _on_existing(place: Place, settings: ExistingSettings, *, source: bool) -> tuple[Block, ...]:
    """Nodes and the API server are in the CIDRs of the settings, by default anywhere outside the pod CIDR."""
    existing = settings.existing
    nodes = tuple(Block(cidr) for cidr in existing.node_cidrs) or (
        Block(EVERYWHERE, (existing.pod_cidr, METADATA)),
    )
    match place:
        case Place.API_SERVER:
            # Most CNIs evaluate a connection after the Service address is translated; some before.
            port = (Port(existing.api_port),)
            service = replace(_first(existing.service_cidr), ports=(HTTPS,))
            return nodes if source else (*(replace(block, ports=port) for block in nodes), service)
        case Place.NODES:
            return nodes
        case Place.AWS | Place.INTERNET:
            return (Block(EVERYWHERE, (existing.pod_cidr, existing.service_cidr, METADATA)),)
        case Place.BALANCERS | Place.INTERNAL_BALANCERS | Place.APPLICATIONS | Place.PROXIES:
            return ()


def _first(cidr: str) -> Block:
    """The address of the Service ``kubernetes``: the first of the Service CIDR."""
    return Block(f"{IPv4Network(cidr)[1]}/32")
