"""The domain, its zones and certificate, and what stands before an AWS stack's load balancers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from oneup.settings.base import Section
from oneup.settings.errors import Problem
from oneup.settings.formats.aws import Days, HostedZoneId, retention_complaint
from oneup.settings.formats.form import Unit
from oneup.settings.formats.web import DomainName

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, ExistingSettings


class Zone(Section):
    """A Route 53 hosted zone that exists."""

    name: DomainName
    """The zone's domain."""

    hosted_zone: HostedZoneId
    """Its id."""

    private: bool = False
    """Whether only VPCs see it: its names get no certificate, since nobody outside could look for a proof."""


class Domain(Section):
    """Where the platform's hosts live, such as ``argocd.<name>``."""

    name: DomainName
    """The domain below which each host gets its name."""

    hosted_zone: HostedZoneId | None = None
    """Id of the existing Route 53 zone of this name."""

    further_zones: tuple[Zone, ...] = ()
    """More zones in which applications have their hosts: external-dns and cert-manager may write there."""

    make_zone: bool = False
    """Make a public Route 53 zone of this name, in place of a given one. AWS stacks only."""

    private_zone: DomainName | None = None
    """Domain of a private Route 53 zone that the stack makes, such as ``internal.example.com``: the VPC alone
    sees it, external-dns writes its hosts, and it has no certificate. AWS stacks only.
    """

    parent_zone: HostedZoneId | None = None
    """Id of the zone above one that is made: the stack writes there where the made one is found."""

    certificate: bool = True
    """Where there is a zone on AWS: a certificate for the domain and all hosts below it."""

    @property
    def certified(self) -> bool:
        """Whether the stack makes a certificate."""
        return self.certificate and (self.make_zone or self.hosted_zone is not None)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every given zone that the platform may write to; the platform's own first."""
        if self.hosted_zone is None:
            return self.further_zones
        return (Zone.model_validate({"name": self.name, "hostedZone": self.hosted_zone}), *self.further_zones)


ACCESS_LOGS: Final = "access-logs"
"""What the bucket of the load balancers' requests is for, by which it is named."""


class Edge(Section):
    """The firewall of the public load balancers."""

    firewall: bool = True
    """A WAF with AWS's managed rules and a rate limit before every public load balancer."""

    request_limit: Annotated[int, Unit("requests")] = 2000
    """How many requests one address may make in five minutes, 10 at least; more are blocked."""

    firewall_log_days: Days = 30
    """How long CloudWatch keeps what the firewall has blocked; 1, 3, 5, 7, 14, 30, 60, 90, … days."""

    access_logs: bool = False
    """Keep each request to the load balancers in a bucket of its own, with address, path and answer."""

    access_log_days: Days = 30
    """How long requests are kept."""

    shield: bool = False
    """Shield Advanced for public load balancers; the account must have subscribed to it."""


def dns_zones(settings: "AwsSettings") -> Iterator[Problem]:
    """external-dns writes to zones that are named: its role is bound to them."""
    if settings.addons.external_dns.enabled and not (
        settings.domain
        and (settings.domain.zones or settings.domain.make_zone or settings.domain.private_zone)
    ):
        yield Problem(
            "addons.externalDns.enabled",
            "true needs a hosted zone to write to: set domain.hostedZone, or set this to false",
        )


def repeated_zones(settings: "AwsSettings") -> Iterator[Problem]:
    """Each zone is named once."""
    seen: set[str] = set()
    own = 1 if settings.domain and settings.domain.hosted_zone else 0
    for index, zone in enumerate(settings.domain.zones if settings.domain else ()):
        if zone.hosted_zone in seen:
            key = f"domain.furtherZones[{index - own}].hostedZone"
            yield Problem(key, f"{zone.hosted_zone} is named twice; remove one of them")
        seen.add(zone.hosted_zone)


def private_zone(settings: "AwsSettings") -> Iterator[Problem]:
    """A name means one thing, inside the VPC and outside."""
    domain = settings.domain
    if domain and domain.private_zone in {domain.name, *(zone.name for zone in domain.zones)}:
        text = f"{domain.private_zone} has a zone already; take a name of its own: internal.{domain.name}"
        yield Problem("domain.privateZone", text)


def zones_on_aws_only(settings: "ExistingSettings") -> Iterator[Problem]:
    """Zones are made where there is Route 53."""
    domain = settings.domain
    made = {"makeZone": domain and domain.make_zone, "privateZone": domain and domain.private_zone}
    for key, asked in made.items():
        if asked:
            text = "is made on AWS alone, and foundation is existing; remove it"
            yield Problem(f"domain.{key}", text, text)


def one_zone(settings: "AwsSettings") -> Iterator[Problem]:
    """The platform's zone is given or made, and a zone above serves one that is made."""
    domain = settings.domain
    if domain and domain.make_zone and domain.hosted_zone:
        text = "true makes a second zone of the name of domain.hostedZone; remove one of the two"
        yield Problem("domain.makeZone", text, text)
    if domain and domain.parent_zone and not domain.make_zone:
        text = "is written to for a zone that the stack makes; set domain.makeZone, or remove this"
        yield Problem("domain.parentZone", text, text)


def certificate(settings: "AwsSettings") -> Iterator[Problem]:
    """The proof of a certificate is looked for from outside: a zone that nothing points to has none."""
    domain = settings.domain
    if domain and domain.certificate and domain.make_zone and not domain.parent_zone:
        text = (
            "true would wait for a proof that nobody can see: nothing points to the zone that the stack "
            "makes; give domain.parentZone, or set this to false"
        )
        yield Problem("domain.certificate", text, text)


def request_limit(settings: "AwsSettings") -> Iterator[Problem]:
    """What WAF takes."""
    limit = settings.edge.request_limit
    if not 10 <= limit <= 2_000_000_000:
        yield Problem("edge.requestLimit", f"{limit} is no limit that WAF takes; give 10 to 2000000000")


def access_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    days = settings.edge.access_log_days
    if days < 1:
        yield Problem("edge.accessLogDays", f"{days} days would keep nothing; keep 1 at least")


def firewall_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch keeps logs for certain numbers of days."""
    complaint = retention_complaint(settings.edge.firewall_log_days)
    if complaint:
        yield Problem("edge.firewallLogDays", complaint)


def unguarded(settings: "AwsSettings") -> Iterator[Problem]:
    """In production nothing public is without a firewall by mistake."""
    if settings.environment == "production" and not settings.edge.firewall:
        text = "false leaves public load balancers without rules and rate limit; set it to true"
        yield Problem("edge.firewall", text)
