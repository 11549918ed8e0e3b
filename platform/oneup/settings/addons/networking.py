"""The settings of the ways into the cluster: load balancers, gateways, DNS, certificates, the mesh."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import AwsOnly, AwsOptIn, ExistingOnly, Knobs, OptIn
from oneup.settings.base import Section
from oneup.settings.errors import Problem, path
from oneup.settings.formats.aws import Gibibytes
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import Cidr, DomainName, EmailAddress

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings, Settings


class LoadBalancerController(AwsOnly):
    """The AWS load balancer controller."""

    in_auto_mode: ClassVar[bool] = False


class MetalLb(ExistingOnly):
    """Addresses that MetalLB gives to Services of type LoadBalancer, announced by ARP."""

    reason: ClassVar[str] = (
        "MetalLB announces addresses by ARP, which a VPC ignores, and on AWS load balancers give them"
    )

    pools: tuple[Cidr, ...] = ()
    """Blocks of free addresses in the nodes' own network."""


ServiceUrl = Annotated[
    str,
    Form(
        "the address of a Service such as http://web.production.svc.cluster.local:8080",
        r"https?://[a-z0-9.-]+(?::\d{1,5})?",
    ),
]
Rate = Annotated[int, Unit("requests"), Field(ge=1)]


class Kong(ExistingOnly):
    """The gateway: who may come in, how often, with how much."""

    reason: ClassVar[str] = "it is the way in where no cloud's load balancers are, and on AWS they are"

    requests_per_minute: Rate = 600
    """Requests from one address each minute, counted by each Kong for itself."""

    request_megabytes: Annotated[int, Unit("MB"), Field(ge=1, le=1024)] = 16
    """The largest body of a request."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """The only sources that reach it; all, where none is given."""

    gateway: bool = False
    """Whether there is a Gateway ``public`` beside the ingress class, of ``addons.gatewayApi``'s kinds."""

    hosts: tuple[DomainName, ...] = ()
    """Names that the Gateway answers by HTTPS, each with a certificate of its own."""

    backups: bool = True
    """Whether its database is backed up, to a bucket in Ceph."""

    most: Annotated[int, Unit("pods"), Field(ge=3, le=50)] = 6
    """Kongs at most; under load they grow from three, where availability is high."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 5
    """Size of the volume of each of its database's instances."""


class IngressNginx(ExistingOnly):
    """The former way in, past its end: who may come in, and how often."""

    reason: ClassVar[str] = Kong.reason
    caution: ClassVar[str] = (
        "ingress-nginx was retired in March 2026 and gets no more fixes; turn addons.ingressNginx off and "
        "addons.kong on"
    )

    requests_per_second: Rate = 20
    """Requests from one address each second."""

    request_megabytes: Annotated[int, Unit("MB"), Field(ge=1, le=1024)] = 16
    """The largest body of a request."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """The only sources that reach it; all, where none is given."""


class TunnelRule(Section):
    """One host of the tunnel."""

    hostname: DomainName
    """The name that Cloudflare answers to."""

    path: str | None = None
    """A regular expression of the paths that it holds for; all, where none is given."""

    service: ServiceUrl
    """Where its requests go."""

    verify: bool = True
    """Whether the certificate of an ``https`` service must be a known one's."""


class CloudflareTunnel(ExistingOnly):
    """A way in through Cloudflare, opened from inside: no address of the cluster's own is needed."""

    reason: ClassVar[str] = "it is the way in where no cloud's load balancers are, and on AWS they are"

    tunnel: (
        Annotated[
            str, Form("a tunnel's id, as Cloudflare shows it", r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
        ]
        | None
    ) = None
    """Id of the tunnel."""

    secret: ObjectName = "cloudflare-tunnel"
    """Name of the Secret in ``cloudflare-tunnel`` whose key ``credentials.json`` holds the credentials."""

    rules: tuple[TunnelRule, ...] = ()
    """Where each host's requests go, the first that fits; all else is answered with 404."""

    protocol: Literal["auto", "quic", "http2"] = "auto"
    """How it speaks to Cloudflare; ``http2`` where UDP does not get out."""


class CertManager(Knobs):
    """Where certificates come from, and how their names are proved."""

    email: EmailAddress | None = None
    """Contact of the ACME account; Let's Encrypt takes accounts without one."""

    http_class: ObjectName | None = None
    """Ingress class behind which HTTP01 challenges are answered, for names outside the hosted zones.

    That of the way in that is installed: ingress-nginx', else Kong's, on AWS the shared balancer's where the
    domain has a certificate. It redirects to HTTPS, which Let's Encrypt follows.
    """


class ExternalDns(AwsOptIn):
    """How the hosts of Ingresses and Services come into Route 53."""

    policy: Literal["sync", "upsert-only"] = "sync"
    """``sync`` also deletes the records of hosts that are gone; of its own records only, by their owner."""


class Istiod(OptIn):
    """The mesh: which namespaces it holds, and what it says of their calls."""

    caution: ClassVar[str] = (
        "pods of its namespaces start with a container that has NET_ADMIN, so those namespaces "
        "enforce the Pod Security level privileged; leave addons.istiod.namespaces to what needs it"
    )

    namespaces: tuple[str, ...] = ()
    """Namespaces of applications whose pods get a proxy; with strict mTLS only the mesh reaches them."""

    traced_percent: Annotated[float, Unit("%"), Field(ge=0, le=100)] = 1.0
    """How many of the requests are traced, where the stack has a collector."""


def tunnel_routes(settings: "ExistingSettings") -> Iterator[Problem]:
    """A tunnel has an id, and leads somewhere; each host and path once."""
    knobs = settings.addons.cloudflare_tunnel
    if not knobs.enabled:
        return
    key = "addons.cloudflareTunnel"
    if knobs.tunnel is None:
        yield Problem(f"{key}.tunnel", "is missing; give the id that Cloudflare shows for the tunnel")
    if not knobs.rules:
        yield Problem(f"{key}.rules", "is empty; name a host and the Service that answers for it")
    seen: set[tuple[str, str | None]] = set()
    for index, rule in enumerate(knobs.rules):
        if (rule.hostname, rule.path) in seen:
            text = f"{rule.hostname} has such a rule already, and only the first holds; keep one of them"
            yield Problem(path(("addons", "cloudflareTunnel", "rules", index, "hostname")), text)
        seen.add((rule.hostname, rule.path))


def metallb_pools(settings: "ExistingSettings") -> Iterator[Problem]:
    """An address that two things could give out reaches neither."""
    knobs = settings.addons.metallb
    if not knobs.enabled:
        return
    if not knobs.pools:
        yield Problem(
            "addons.metallb.pools", "is empty; name a block of free addresses of the nodes' network"
        )
    taken = {
        "existing.podCidr": settings.existing.pod_cidr,
        "existing.serviceCidr": settings.existing.service_cidr,
    }
    for index, pool in enumerate(knobs.pools):
        for name, block in taken.items():
            if IPv4Network(pool).overlaps(IPv4Network(block)):
                text = f"{pool} overlaps {name} {block}; give free addresses of the nodes' network"
                yield Problem(path(("addons", "metallb", "pools", index)), text)
    for (_, first), (index, second) in combinations(enumerate(knobs.pools), 2):
        if IPv4Network(first).overlaps(IPv4Network(second)):
            text = f"{second} overlaps the pool {first}; keep one of the two"
            yield Problem(path(("addons", "metallb", "pools", index)), text)


def mesh_namespaces(settings: "Settings") -> Iterator[Problem]:
    """A namespace that the stack does not make cannot be labelled by it."""
    made = (settings.environment, "application")
    for index, name in enumerate(settings.addons.istiod.namespaces):
        if name not in made:
            text = f"{name} is no namespace of this stack's applications; use {' or '.join(made)}"
            yield Problem(path(("addons", "istiod", "namespaces", index)), text)
