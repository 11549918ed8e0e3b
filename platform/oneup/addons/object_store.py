"""Where an addon keeps objects, and what it takes to reach them."""

from dataclasses import dataclass

from oneup.foundation.statement import Statement
from oneup.settings.model import AwsSettings
from oneup.settings.storage import Purpose
from oneup.values import Fact, Late


@dataclass(frozen=True, kw_only=True)
class ObjectStore:
    """A bucket as its users see it; all that follows from where it is stands here."""

    bucket: str
    region: str
    endpoint: str
    """Host of the S3 API, without a scheme."""

    retention_days: int
    """After so many days the bucket drops an object: its user must have let it go by then."""

    statements: tuple[Statement, ...]
    """The rights on the bucket and its key; none where it is not on AWS."""


def bucket_of(settings: AwsSettings, purpose: Purpose) -> ObjectStore:
    """The stack's bucket for a purpose, for one that reads, writes and deletes in it."""
    arn = settings.bucket_arn(purpose)
    region = settings.aws.region
    return ObjectStore(
        bucket=settings.bucket(purpose),
        region=region,
        endpoint=f"s3.{region}.amazonaws.com",
        retention_days=settings.storage.days(purpose),
        statements=(
            Statement(
                sid="FindObjects",
                actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
                resources=(arn,),
            ),
            Statement(
                sid="KeepObjects",
                actions=(
                    "s3:AbortMultipartUpload",
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:ListMultipartUploadParts",
                    "s3:PutObject",
                ),
                resources=(f"{arn}/*",),
            ),
            Statement(
                sid="UseTheKey",
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(Late(Fact.KMS_KEY_ARN),),
            ),
        ),
    )


def adding(settings: AwsSettings, purpose: Purpose, prefix: str) -> tuple[Statement, ...]:
    """The rights of one that adds objects below ``prefix``: it can read none, and delete none."""
    arn = settings.bucket_arn(purpose)
    return (
        Statement(
            sid="FindObjects",
            actions=("s3:ListBucket",),
            resources=(arn,),
            conditions={"StringLike": {"s3:prefix": (prefix, f"{prefix}/*")}},
        ),
        Statement(
            sid="AddObjects",
            actions=("s3:AbortMultipartUpload", "s3:PutObject"),
            resources=(f"{arn}/{prefix}/*",),
        ),
        Statement(
            sid="UseTheKey",
            actions=("kms:Decrypt", "kms:GenerateDataKey"),
            resources=(Late(Fact.KMS_KEY_ARN),),
        ),
    )
