"""IAM rights that several addons need: secrets below a path, and hosted zones."""

from collections.abc import Mapping

from oneup.foundation.iam import Statement
from oneup.settings.aws import Aws
from oneup.settings.model import AwsSettings
from oneup.values import DeferredOutput, FoundationOutput


def read_statements(aws: Aws, prefix: str) -> tuple[Statement, ...]:
    """Read Secrets Manager and Parameter Store under ``prefix``, and decrypt with the stack's key."""
    parameters = aws.arn("ssm", f"parameter/{prefix}")
    return (
        Statement(
            sid="ReadSecrets",
            actions=(
                "secretsmanager:DescribeSecret",
                "secretsmanager:GetResourcePolicy",
                "secretsmanager:GetSecretValue",
                "secretsmanager:ListSecretVersionIds",
            ),
            resources=(aws.arn("secretsmanager", f"secret:{prefix}/*"),),
        ),
        Statement(
            sid="FindSecrets",
            actions=("secretsmanager:BatchGetSecretValue", "secretsmanager:ListSecrets"),
            resources=("*",),
            wildcard_reason="AWS has no resource-level permissions - values are read by GetSecretValue only",
        ),
        Statement(
            sid="ReadParameters",
            actions=("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
            resources=(parameters, f"{parameters}/*"),
        ),
        Statement(
            sid="Decrypt", actions=("kms:Decrypt",), resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),)
        ),
    )


def zone_ids(settings: AwsSettings, template: str = "{}") -> Mapping[str, str | DeferredOutput]:
    """A string with each zone's id, by zone name; the id of a zone that the stack creates is deferred."""
    domain = settings.domain
    if domain is None:
        return {}
    hidden = {zone.name: template.replace("{}", zone.hosted_zone) for zone in domain.zones if zone.private}
    private = (
        {domain.private_zone: DeferredOutput(FoundationOutput.PRIVATE_ZONE_ID, template)}
        if domain.private_zone
        else {}
    )
    return {**public_zone_ids(settings, template), **hidden, **private}


def public_zone_ids(settings: AwsSettings, template: str = "{}") -> Mapping[str, str | DeferredOutput]:
    """The same for public zones, which can hold DNS01 challenges."""
    domain = settings.domain
    if domain is None:
        return {}
    made = {domain.name: DeferredOutput(FoundationOutput.ZONE_IDS, template)} if domain.make_zone else {}
    given = [zone for zone in domain.zones if not zone.private]
    return {**made, **{zone.name: template.replace("{}", zone.hosted_zone) for zone in given}}


def zone_arns(settings: AwsSettings) -> tuple[str | DeferredOutput, ...]:
    """The ARNs of the hosted zones that the platform may write to."""
    return tuple(zone_ids(settings, _arn(settings)).values())


def public_zone_arns(settings: AwsSettings) -> tuple[str | DeferredOutput, ...]:
    """The ARNs of the public zones."""
    return tuple(public_zone_ids(settings, _arn(settings)).values())


def _arn(settings: AwsSettings) -> str:
    return f"arn:{settings.aws.partition}:route53:::hostedzone/{{}}"
