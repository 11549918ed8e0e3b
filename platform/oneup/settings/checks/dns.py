"""What DNS needs."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings


def zones(settings: AwsSettings) -> Iterator[Problem]:
    """external-dns writes to zones that are named: its role is bound to them."""
    if settings.addons.external_dns.enabled and not (
        settings.domain and (settings.domain.zones or settings.domain.make_zone)
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
