"""The knobs of the ways in on a cluster that exists already."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import ExistingOnly
from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.aws import Gibibytes
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import DomainName

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
