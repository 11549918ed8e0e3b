"""The settings of the ways into the cluster: load balancers, gateways, DNS, certificates, the mesh."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import (
    AddonSettings,
    AwsAddon,
    AwsOptInAddon,
    ExistingClusterAddon,
    OptInAddon,
)
from oneup.settings.base import Section
from oneup.settings.errors import Problem, path
from oneup.settings.formats.aws import Gibibytes
from oneup.settings.formats.form import Format, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import Cidr, DomainName, EmailAddress

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings, Settings


class AwsLoadBalancerController(AwsAddon):
    """The AWS load balancer controller."""

    supported_in_auto_mode: ClassVar[bool] = False


class MetalLb(ExistingClusterAddon):
    """MetalLB: addresses for Services of type LoadBalancer, announced by ARP."""

    unsupported_reason: ClassVar[str] = (
        "MetalLB announces addresses by ARP, which a VPC ignores; on AWS, use load balancers"
    )

    pools: tuple[Cidr, ...] = ()
    """CIDR blocks of free addresses in the nodes' network."""


ServiceUrl = Annotated[
    str,
    Format(
        "the address of a Service such as http://web.production.svc.cluster.local:8080",
        r"https?://[a-z0-9.-]+(?::\d{1,5})?",
    ),
]
Rate = Annotated[int, Unit("requests"), Field(ge=1)]


class Kong(ExistingClusterAddon):
    """Kong: allowed sources, rate and size limits, Gateway, database."""

    unsupported_reason: ClassVar[str] = "on AWS, ingress uses AWS load balancers"

    requests_per_minute: Rate = 600
    """Requests per minute from one address, counted by each Kong pod."""

    request_megabytes: Annotated[int, Unit("MB"), Field(ge=1, le=1024)] = 16
    """The largest body of a request."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """Source CIDR blocks allowed to reach it; empty: all."""

    gateway: bool = False
    """Whether there is a Gateway ``public`` in addition to the ingress class; needs ``addons.gatewayApi``."""

    hosts: tuple[DomainName, ...] = ()
    """Host names that the Gateway serves over HTTPS, each with its own certificate."""

    backups: bool = True
    """Whether its database is backed up to a bucket in Ceph."""

    most: Annotated[int, Unit("pods"), Field(ge=3, le=50)] = 6
    """Maximum number of pods; with high availability it scales from three."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 5
    """Volume size of each database instance."""


class IngressNginx(ExistingClusterAddon):
    """ingress-nginx: allowed sources, rate and size limits."""

    unsupported_reason: ClassVar[str] = Kong.unsupported_reason
    deprecation: ClassVar[str] = (
        "ingress-nginx was retired in March 2026 and gets no more fixes; turn addons.ingressNginx off and "
        "addons.kong on"
    )

    requests_per_second: Rate = 20
    """Requests per second from one address."""

    request_megabytes: Annotated[int, Unit("MB"), Field(ge=1, le=1024)] = 16
    """The largest body of a request."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """Source CIDR blocks allowed to reach it; empty: all."""


class TunnelRule(Section):
    """A rule of the tunnel."""

    hostname: DomainName
    """Host name at Cloudflare."""

    path: str | None = None
    """Regular expression of paths; none: all paths."""

    service: ServiceUrl
    """URL of the Service that receives the requests."""

    verify: bool = True
    """Whether to verify the certificate of an ``https`` service."""


class CloudflareTunnel(ExistingClusterAddon):
    """Ingress through Cloudflare; the cluster needs no public address."""

    unsupported_reason: ClassVar[str] = "on AWS, ingress uses AWS load balancers"

    tunnel: (
        Annotated[
            str,
            Format("a tunnel's id, as Cloudflare shows it", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        ]
        | None
    ) = None
    """Id of the tunnel."""

    secret: ObjectName = "cloudflare-tunnel"
    """Name of the Secret in ``cloudflare-tunnel`` whose key ``credentials.json`` holds the credentials."""

    rules: tuple[TunnelRule, ...] = ()
    """Rules by host and path; the first match applies, everything else gets 404."""

    protocol: Literal["auto", "quic", "http2"] = "auto"
    """Protocol to Cloudflare; use ``http2`` if outgoing UDP is blocked."""


class CertManager(AddonSettings):
    """cert-manager: ACME account and HTTP-01 challenges."""

    email: EmailAddress | None = None
    """Contact address of the ACME account; optional for Let's Encrypt."""

    http_class: ObjectName | None = None
    """Ingress class for HTTP-01 challenges, for names outside the hosted zones.

    Default: that of the installed ingress controller (ingress-nginx, else Kong); on AWS ``alb``, if the
    domain has a certificate. It redirects to HTTPS, and Let's Encrypt follows redirects.
    """


class ExternalDns(AwsOptInAddon):
    """external-dns: records in Route 53 for hosts of Ingresses and Services."""

    policy: Literal["sync", "upsert-only"] = "sync"
    """``sync`` also deletes records of removed hosts, but only records that it created."""


class Istiod(OptInAddon):
    """The service mesh: its namespaces, and trace sampling."""

    deprecation: ClassVar[str] = (
        "pods of its namespaces start with a container that has NET_ADMIN, so those namespaces "
        "enforce the Pod Security level privileged; limit addons.istiod.namespaces to what needs the mesh"
    )

    namespaces: tuple[str, ...] = ()
    """Application namespaces whose pods get a sidecar; with strict mTLS only the mesh can reach them."""

    traced_percent: Annotated[float, Unit("%"), Field(ge=0, le=100)] = 1.0
    """Percentage of requests that are traced, if the stack has a collector."""


def tunnel_routes(settings: "ExistingSettings") -> Iterator[Problem]:
    """A tunnel has an id and rules; each host and path once."""
    knobs = settings.addons.cloudflare_tunnel
    if not knobs.enabled:
        return
    key = "addons.cloudflareTunnel"
    if knobs.tunnel is None:
        yield Problem(f"{key}.tunnel", "is missing; give the id that Cloudflare shows for the tunnel")
    if not knobs.rules:
        yield Problem(f"{key}.rules", "is empty; add a host and its Service")
    seen: set[tuple[str, str | None]] = set()
    for index, rule in enumerate(knobs.rules):
        if (rule.hostname, rule.path) in seen:
            text = f"{rule.hostname} already has this rule, and only the first applies; keep one of them"
            yield Problem(path(("addons", "cloudflareTunnel", "rules", index, "hostname")), text)
        seen.add((rule.hostname, rule.path))


def metallb_pools(settings: "ExistingSettings") -> Iterator[Problem]:
    """Overlapping blocks would assign an address twice."""
    knobs = settings.addons.metallb
    if not knobs.enabled:
        return
    if not knobs.pools:
        yield Problem("addons.metallb.pools", "is empty; add a block of free addresses in the nodes' network")
    taken = {
        "existing.podCidr": settings.existing.pod_cidr,
        "existing.serviceCidr": settings.existing.service_cidr,
    }
    for index, pool in enumerate(knobs.pools):
        for name, block in taken.items():
            if IPv4Network(pool).overlaps(IPv4Network(block)):
                text = f"{pool} overlaps {name} {block}; use free addresses in the nodes' network"
                yield Problem(path(("addons", "metallb", "pools", index)), text)
    for (_, first), (index, second) in combinations(enumerate(knobs.pools), 2):
        if IPv4Network(first).overlaps(IPv4Network(second)):
            text = f"{second} overlaps the pool {first}; keep one of the two"
            yield Problem(path(("addons", "metallb", "pools", index)), text)


def mesh_namespaces(settings: "Settings") -> Iterator[Problem]:
    """Only application namespaces can be in the mesh."""
    made = (settings.environment, "application")
    for index, name in enumerate(settings.addons.istiod.namespaces):
        if name not in made:
            text = f"{name} is not an application namespace of this stack; use {' or '.join(made)}"
            yield Problem(path(("addons", "istiod", "namespaces", index)), text)
