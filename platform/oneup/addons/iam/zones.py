"""Rights on Route 53's hosted zones."""

from oneup.settings.model import AwsSettings


def zone_arns(settings: AwsSettings) -> tuple[str, ...]:
    """The ARNs of the hosted zones that the platform may write to."""
    zones = settings.domain.zones if settings.domain else ()
    return tuple(f"arn:{settings.aws.partition}:route53:::hostedzone/{zone.hosted_zone}" for zone in zones)
