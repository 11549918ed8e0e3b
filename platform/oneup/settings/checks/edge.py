"""The domain's zone, its certificate, and the firewall."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.formats.aws import retention_complaint
from oneup.settings.model import AwsSettings


def one_zone(settings: AwsSettings) -> Iterator[Problem]:
    """The platform's zone is given or made, and a zone above serves one that is made."""
    domain = settings.domain
    if domain and domain.make_zone and domain.hosted_zone:
        text = "true makes a second zone of the name of domain.hostedZone; remove one of the two"
        yield Problem("domain.makeZone", text, text)
    if domain and domain.parent_zone and not domain.make_zone:
        text = "is written to for a zone that the stack makes; set domain.makeZone, or remove this"
        yield Problem("domain.parentZone", text, text)


def certificate(settings: AwsSettings) -> Iterator[Problem]:
    """The proof of a certificate is looked for from outside: a zone that nothing points to has none."""
    domain = settings.domain
    if domain and domain.certificate and domain.make_zone and not domain.parent_zone:
        text = (
            "true would wait for a proof that nobody can see: nothing points to the zone that the stack "
            "makes; give domain.parentZone, or set this to false"
        )
        yield Problem("domain.certificate", text, text)


def request_limit(settings: AwsSettings) -> Iterator[Problem]:
    """What WAF takes."""
    limit = settings.edge.request_limit
    if not 10 <= limit <= 2_000_000_000:
        yield Problem("edge.requestLimit", f"{limit} is no limit that WAF takes; give 10 to 2000000000")


def access_logs(settings: AwsSettings) -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    days = settings.edge.access_log_days
    if days < 1:
        yield Problem("edge.accessLogDays", f"{days} days would keep nothing; keep 1 at least")


def firewall_logs(settings: AwsSettings) -> Iterator[Problem]:
    """CloudWatch keeps logs for certain numbers of days."""
    complaint = retention_complaint(settings.edge.firewall_log_days)
    if complaint:
        yield Problem("edge.firewallLogDays", complaint)


def unguarded(settings: AwsSettings) -> Iterator[Problem]:
    """In production nothing public is without a firewall by mistake."""
    if settings.environment == "production" and not settings.edge.firewall:
        text = "false leaves public load balancers without rules and rate limit; set it to true"
        yield Problem("edge.firewall", text)
