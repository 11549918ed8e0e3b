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
    """An existing Route 53 hosted zone."""

    name: DomainName
    """The zone's domain."""

    hosted_zone: HostedZoneId
    """Id of the hosted zone."""

    private: bool = False
    """Whether it is private; ACM cannot validate names in a private zone, so they get no certificate."""


class Domain(Section):
    """The domain of the platform's hosts, such as ``argocd.<name>``."""

    name: DomainName
    """The domain name."""

    hosted_zone: HostedZoneId | None = None
    """Id of an existing hosted zone with this name."""

    further_zones: tuple[Zone, ...] = ()
    """Additional hosted zones for applications; external-dns and cert-manager may write to them."""

    make_zone: bool = False
    """Create a public hosted zone with this name, instead of using an existing one. AWS only."""

    private_zone: DomainName | None = None
    """Domain of a private hosted zone that the stack creates, such as ``internal.example.com``: it is only visible
    in the VPC, external-dns writes to it, and its hosts have no certificate. AWS only.
    """

    parent_zone: HostedZoneId | None = None
    """Id of the parent zone of a created zone; the stack writes the NS delegation there."""

    certificate: bool = True
    """Create an ACM certificate for the domain and all hosts in it, if it has a hosted zone."""

    @property
    def has_certificate(self) -> bool:
        """Whether the stack creates a certificate."""
        return self.certificate and (self.make_zone or self.hosted_zone is not None)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every existing hosted zone that the platform may write to; the domain's own first."""
        if self.hosted_zone is None:
            return self.further_zones
        return (Zone.model_validate({"name": self.name, "hostedZone": self.hosted_zone}), *self.further_zones)


ACCESS_LOGS: Final = "access-logs"
"""Purpose, and part of the name, of the access log bucket."""


class Edge(Section):
    """Protection of public load balancers."""

    firewall: bool = True
    """AWS WAF with managed rules and a rate limit on every public load balancer."""

    request_limit: Annotated[int, Unit("requests")] = 2000
    """Rate limit: requests per source address in five minutes, at least 10; more are blocked."""

    firewall_log_days: Days = 30
    """Retention of WAF logs in CloudWatch: 1, 3, 5, 7, 14, 30, 60, 90, … days."""

    access_logs: bool = False
    """Write load balancer access logs to their own bucket."""

    access_log_days: Days = 30
    """Retention of access logs."""

    shield: bool = False
    """AWS Shield Advanced for public load balancers; the account needs a subscription."""


def dns_zones(settings: "AwsSettings") -> Iterator[Problem]:
    """external-dns needs a hosted zone: its role is limited to the stack's zones."""
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
            yield Problem(key, f"{zone.hosted_zone} is listed twice; remove one of them")
        seen.add(zone.hosted_zone)


def private_zone(settings: "AwsSettings") -> Iterator[Problem]:
    """A private zone has a name of its own."""
    domain = settings.domain
    if domain and domain.private_zone in {domain.name, *(zone.name for zone in domain.zones)}:
        text = f"{domain.private_zone} is already the name of a zone; use another name, such as internal.{domain.name}"
        yield Problem("domain.privateZone", text)


def zones_on_aws_only(settings: "ExistingSettings") -> Iterator[Problem]:
    """Only AWS stacks create hosted zones."""
    domain = settings.domain
    made = {"makeZone": domain and domain.make_zone, "privateZone": domain and domain.private_zone}
    for key, asked in made.items():
        if asked:
            text = "is only supported on AWS, and foundation is existing; remove it"
            yield Problem(f"domain.{key}", text, text)


def one_zone_source(settings: "AwsSettings") -> Iterator[Problem]:
    """The hosted zone either exists or is created; only a created one has a parent zone."""
    domain = settings.domain
    if domain and domain.make_zone and domain.hosted_zone:
        text = "true would create a second zone with the name of domain.hostedZone; remove one of the two"
        yield Problem("domain.makeZone", text, text)
    if domain and domain.parent_zone and not domain.make_zone:
        text = "is only used with domain.makeZone; set that to true, or remove this"
        yield Problem("domain.parentZone", text, text)


def certificate(settings: "AwsSettings") -> Iterator[Problem]:
    """ACM validates a certificate through public DNS: the zone must be delegated."""
    domain = settings.domain
    if domain and domain.certificate and domain.make_zone and not domain.parent_zone:
        text = (
            "true would wait for a validation that cannot succeed: the zone that the stack "
            "creates is not delegated; set domain.parentZone, or set this to false"
        )
        yield Problem("domain.certificate", text, text)


def request_limit(settings: "AwsSettings") -> Iterator[Problem]:
    """What WAF takes."""
    limit = settings.edge.request_limit
    if not 10 <= limit <= 2_000_000_000:
        yield Problem("edge.requestLimit", f"{limit} is not a limit that WAF accepts; give 10 to 2000000000")


def access_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    days = settings.edge.access_log_days
    if days < 1:
        yield Problem("edge.accessLogDays", f"{days} days would keep nothing; keep 1 at least")


def firewall_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch accepts certain retentions only."""
    complaint = retention_complaint(settings.edge.firewall_log_days)
    if complaint:
        yield Problem("edge.firewallLogDays", complaint)


def no_waf(settings: "AwsSettings") -> Iterator[Problem]:
    """In production, public load balancers have a WAF."""
    if settings.environment == "production" and not settings.edge.firewall:
        text = "false leaves public load balancers without WAF rules and rate limit; set it to true"
        yield Problem("edge.firewall", text)
