"""The hosted zones that the platform may write to, and rights on them."""

from collections.abc import Mapping

from oneup.settings.model import AwsSettings
from oneup.values import Fact, Late


def zone_ids(settings: AwsSettings, template: str = "{}") -> Mapping[str, str | Late]:
    """Each zone's id in a text, by the zone's name; the id of a zone that the stack makes is told late."""
    domain = settings.domain
    if domain is None:
        return {}
    made = {domain.name: Late(Fact.ZONE_IDS, template)} if domain.make_zone else {}
    return {**made, **{zone.name: template.replace("{}", zone.hosted_zone) for zone in domain.zones}}


def zone_arns(settings: AwsSettings) -> tuple[str | Late, ...]:
    """The ARNs of the hosted zones that the platform may write to."""
    return tuple(zone_ids(settings, f"arn:{settings.aws.partition}:route53:::hostedzone/{{}}").values())
