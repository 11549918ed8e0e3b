"""A private bucket: no public access, encrypted, over TLS only, with an end to what it keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.document import document
from oneup.foundation.names import BUCKET_NAME_LIMIT, bounded
from oneup.values import Value


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a bucket holds and who, beside the account's own roles, may write it."""

    purpose: str
    """Part of the bucket's name, such as ``flow-logs``."""

    retention_days: int
    """Objects are deleted after this many days."""

    clauses: Sequence[Mapping[str, Value]] = ()
    """Clauses of the bucket's policy for AWS services."""


def bucket_name(account: Account, purpose: str) -> str:
    """The name, unique among all buckets of AWS and known beforehand."""
    return bounded(f"{account.name}-{purpose}-{account.aws.account}-{account.aws.region}", BUCKET_NAME_LIMIT)


def bucket_arn(account: Account, purpose: str) -> str:
    """The ARN of a bucket of this stack."""
    return f"arn:{account.aws.partition}:s3:::{bucket_name(account, purpose)}"


class PrivateBucket(pulumi.ComponentResource):
    """A bucket with everything that keeps it private."""

    arn: str
    ready: tuple[pulumi.Resource, ...]
    """What a writer waits for: the bucket and its policy."""

    def __init__(self, account: Account, contents: Contents, opts: pulumi.ResourceOptions) -> None:
        """Make the bucket; one that is not protected goes with its objects on destroy."""
        purpose = contents.purpose
        super().__init__("oneup:platform:PrivateBucket", purpose, None, opts)
        self.arn = bucket_arn(account, purpose)
        self._child = pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            purpose,
            bucket=bucket_name(account, purpose),
            force_destroy=not account.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=account.protect),
        )
        self._keep_private(purpose, bucket)
        self._expire(contents, bucket)
        policy = aws.s3.BucketPolicy(
            purpose,
            bucket=bucket.bucket,
            policy=document(*contents.clauses, self._tls_only()),
            opts=self._child,
        )
        self.ready = (bucket, policy)
        self.register_outputs({})

    def _keep_private(self, purpose: str, bucket: aws.s3.Bucket) -> None:
        """Block public access and access lists; encrypt."""
        aws.s3.BucketPublicAccessBlock(
            purpose,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        aws.s3.BucketOwnershipControls(
            purpose,
            bucket=bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._child,
        )
        # S3's own key: log delivery by AWS services needs no grant on it.
        aws.s3.BucketServerSideEncryptionConfiguration(
            purpose,
            bucket=bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self._child,
        )

    def _expire(self, contents: Contents, bucket: aws.s3.Bucket) -> None:
        """Delete objects past their retention, and uploads that were never finished."""
        aws.s3.BucketLifecycleConfiguration(
            contents.purpose,
            bucket=bucket.bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": contents.retention_days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            opts=self._child,
        )

    def _tls_only(self) -> Mapping[str, Value]:
        return {
            "Sid": "OverTlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [self.arn, f"{self.arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
