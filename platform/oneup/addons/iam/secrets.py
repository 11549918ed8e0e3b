"""Rights to read secrets below a path."""

from oneup.foundation.statement import Statement
from oneup.settings.aws import Aws
from oneup.values import Fact, Late


def readable(aws: Aws, prefix: str) -> tuple[Statement, ...]:
    """Read Secrets Manager and Parameter Store below ``prefix``, and decrypt with the stack's key."""
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
            reason="AWS has nothing narrower - each value is still read by GetSecretValue",
        ),
        Statement(
            sid="ReadParameters",
            actions=("ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"),
            resources=(parameters, f"{parameters}/*"),
        ),
        Statement(sid="Decrypt", actions=("kms:Decrypt",), resources=(Late(Fact.KMS_KEY_ARN),)),
    )
