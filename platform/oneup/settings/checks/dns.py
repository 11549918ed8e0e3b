"""What DNS needs."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, ExistingSettings


def zones(settings: AwsSettings) -> Iterator[Problem]:
    """external-dns writes to zones that are named: its role is bound to them."""
    if settings.addons.external_dns.enabled and not (
        settings.domain
        and (settings.domain.zones or settings.domain.make_zone or settings.domain.private_zone)
    ):
        yield Problem(
            "addons.externalDns.enabled",
            "true needs a hosted zone to write to: set domain.hostedZone, or set this to false",
        )


def repeated(settings: AwsSettings) -> Iterator[Problem]:
    """Each zone is named once."""
    seen: set[str] = set()
    own = 1 if settings.domain and settings.domain.hosted_zone else 0
    for index, zone in enumerate(settings.domain.zones if settings.domain else ()):
        if zone.hosted_zone in seen:
            key = f"domain.furtherZones[{index - own}].hostedZone"
            yield Problem(key, f"{zone.hosted_zone} is named twice; remove one of them")
        seen.add(zone.hosted_zone)


def private(settings: AwsSettings) -> Iterator[Problem]:
    """A name means one thing, inside the VPC and outside."""
    domain = settings.domain
    if domain and domain.private_zone in {domain.name, *(zone.name for zone in domain.zones)}:
        text = f"{domain.private_zone} has a zone already; take a name of its own: internal.{domain.name}"
        yield Problem("domain.privateZone", text)


def of_aws(settings: ExistingSettings) -> Iterator[Problem]:
    """Zones are made where there is Route 53."""
    domain = settings.domain
    made = {"makeZone": domain and domain.make_zone, "privateZone": domain and domain.private_zone}
    for key, asked in made.items():
        if asked:
            text = "is made on AWS alone, and foundation is existing; remove it"
            yield Problem(f"domain.{key}", text, text)
