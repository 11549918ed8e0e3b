"""CIDR blocks of the endpoints of network flows, known before deployment."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Network
from typing import Final

from oneup.addonkit.flow import HTTPS, Peer, Port
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.subnets import plan_subnets
from oneup.values import DeferredOutput, FoundationOutput

ANY_IPV4: Final = "0.0.0.0/0"

ANY_IPV6: Final = "::/0"

INSTANCE_METADATA: Final = "169.254.0.0/16"
"""Link-local: the node's instance metadata, which pods do not need."""

EKS_SERVICES: Final = ("10.100.0.0/16", "172.20.0.0/16")
"""The Service CIDRs that EKS chooses from by default."""


POD_IDENTITY: Final = "169.254.170.23/32"
"""Address of the Pod Identity agent on the pod's node, port 80."""


POD_IDENTITY_IPV6: Final = "fd00:ec2::23/128"
INSTANCE_METADATA_IPV6: Final = "fd00:ec2::/32"
SERVICES_IPV6: Final = "fd00::/8"
"""Unique local addresses, from which EKS takes the Service CIDR."""


@dataclass(frozen=True)
class CidrBlock:
    """A CIDR with exceptions, and the endpoint's own ports if they differ."""

    cidr: str | DeferredOutput
    except_cidrs: tuple[str | DeferredOutput, ...] = ()
    ports: tuple[Port, ...] = ()


def cidr_blocks(place: Peer, settings: Settings, *, source: bool) -> tuple[CidrBlock, ...]:
    """The addresses of an endpoint; empty if this foundation does not have it.

    As a ``source``, an endpoint has no ports, and the API server has only its own addresses, not its Service's.
    """
    match settings:
        case AwsSettings():
            ipv6 = _over_ipv6(place, source=source) if settings.network.ipv6 else ()
            return (*_on_aws(place, settings, source=source), *ipv6)
        case ExistingSettings():
            return _on_existing(place, settings, source=source)


def credentials(settings: Settings) -> tuple[CidrBlock, ...]:
    """Where a pod gets its AWS credentials."""
    if not isinstance(settings, AwsSettings) or settings.cluster.identity != "podIdentity":
        return ()
    agents = (POD_IDENTITY, *((POD_IDENTITY_IPV6,) if settings.network.ipv6 else ()))
    return tuple(CidrBlock(agent, ports=(Port(80),)) for agent in agents)


def cluster_dns(settings: Settings) -> tuple[CidrBlock, ...]:
    """The address of cluster DNS if it does not run in pods: EKS Auto Mode runs it on each node.

    Its Service has the tenth address of the Service CIDR.
    """
    if not isinstance(settings, AwsSettings) or settings.cluster.auto_mode is None:
        return ()
    given = settings.cluster.service_cidr
    services = (given,) if given else EKS_SERVICES
    served = (CidrBlock(f"{IPv4Network(block)[10]}/32") for block in services)
    return (*served, *_on_aws(Peer.NODES, settings, source=False), CidrBlock(INSTANCE_METADATA))


def _on_aws(place: Peer, settings: AwsSettings, *, source: bool) -> tuple[CidrBlock, ...]:
    """Pods, nodes, the control plane's interfaces and endpoints of services share the private subnets."""
    zones = plan_subnets(settings.network.cidr, settings.network.zones).zones
    private = tuple(CidrBlock(zone.private) for zone in zones)
    outside = CidrBlock(ANY_IPV4, (settings.network.cidr, INSTANCE_METADATA))
    match place:
        case Peer.API_SERVER:
            given = settings.cluster.service_cidr
            services = (given,) if given else EKS_SERVICES
            served = tuple(_first(block) for block in services)
            return (
                private if source else tuple(replace(block, ports=(HTTPS,)) for block in (*private, *served))
            )
        case Peer.NODES:
            return private
        case Peer.LOAD_BALANCERS:
            return tuple(CidrBlock(zone.public) for zone in zones)
        case Peer.INTERNAL_LOAD_BALANCERS:
            return private
        case Peer.AWS:
            return (outside, *(private if settings.interface_endpoints else ()))
        case Peer.INTERNET:
            return (outside,)
        case Peer.APPLICATIONS | Peer.PROXIES:
            return ()


def _over_ipv6(place: Peer, *, source: bool) -> tuple[CidrBlock, ...]:
    """The same endpoints over IPv6; Amazon assigns the VPC's block at creation."""
    vpc = DeferredOutput(FoundationOutput.VPC_IPV6_BLOCK)
    match place:
        case Peer.API_SERVER:
            return (
                CidrBlock(vpc, ports=(HTTPS,)),
                *(() if source else (CidrBlock(SERVICES_IPV6, ports=(HTTPS,)),)),
            )
        case Peer.NODES | Peer.LOAD_BALANCERS | Peer.INTERNAL_LOAD_BALANCERS:
            return (CidrBlock(vpc),)
        case Peer.AWS | Peer.INTERNET:
            return (CidrBlock(ANY_IPV6, (vpc, INSTANCE_METADATA_IPV6)),)
        case Peer.APPLICATIONS | Peer.PROXIES:
            return ()


def _on_existing(place: Peer, settings: ExistingSettings, *, source: bool) -> tuple[CidrBlock, ...]:
    """Nodes and the API server are in the CIDRs of the settings, by default anywhere outside the pod CIDR."""
    existing = settings.existing
    nodes = tuple(CidrBlock(cidr) for cidr in existing.node_cidrs) or (
        CidrBlock(ANY_IPV4, (existing.pod_cidr, INSTANCE_METADATA)),
    )
    match place:
        case Peer.API_SERVER:
            # Most CNIs evaluate a connection after the Service address is translated; some before.
            port = (Port(existing.api_port),)
            service = replace(_first(existing.service_cidr), ports=(HTTPS,))
            return nodes if source else (*(replace(block, ports=port) for block in nodes), service)
        case Peer.NODES:
            return nodes
        case Peer.AWS | Peer.INTERNET:
            return (CidrBlock(ANY_IPV4, (existing.pod_cidr, existing.service_cidr, INSTANCE_METADATA)),)
        case Peer.LOAD_BALANCERS | Peer.INTERNAL_LOAD_BALANCERS | Peer.APPLICATIONS | Peer.PROXIES:
            return ()


def _first(cidr: str) -> CidrBlock:
    """The address of the Service ``kubernetes``: the first of the Service CIDR."""
    return CidrBlock(f"{IPv4Network(cidr)[1]}/32")
