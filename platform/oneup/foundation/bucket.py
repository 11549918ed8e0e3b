"""A private bucket: no public access, encrypted, TLS only, with expiration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document
from oneup.values import Value

TIERED_AFTER_DAYS: Final = 30
"""Intelligent-Tiering moves an object to its first cheaper tier after so many days without access."""


@dataclass(frozen=True, kw_only=True)
class BucketSpec:
    """Purpose, retention, encryption and policy of a bucket."""

    purpose: str
    """Part of the bucket's name, such as ``flow-logs``."""

    retention_days: int
    """Objects, and old versions, expire after this many days."""

    statements: Sequence[Mapping[str, Value]] = ()
    """Bucket policy statements for AWS services."""

    key: pulumi.Input[str] | None = None
    """ARN of the KMS key; None is SSE-S3, for which log delivery needs no grant."""

    versioned: bool = False
    """Whether replaced or deleted objects can be restored."""

    retained: bool = False
    """Whether a destroy retains the bucket and its protection."""

    @property
    def tiered(self) -> bool:
        """Whether objects are kept long enough for Intelligent-Tiering to save costs."""
        return self.retention_days > TIERED_AFTER_DAYS


def bucket_name(account: Account, purpose: str) -> str:
    """The globally unique name, known before creation."""
    return account.settings.bucket(purpose)


def bucket_arn(account: Account, purpose: str) -> str:
    """The ARN of a bucket of this stack."""
    return account.settings.bucket_arn(purpose)


class PrivateBucket(pulumi.ComponentResource):
    """A bucket with public access block, ownership controls, encryption, lifecycle and policy."""

    arn: str
    name: pulumi.Output[str]
    """Available once the bucket policy exists."""

    ready: tuple[pulumi.Resource, ...]
    """What writers depend on: the bucket and its policy."""

    versioning: tuple[pulumi.Resource, ...]
    """What replication depends on; empty if the bucket is not versioned."""

    def __init__(self, account: Account, contents: BucketSpec, opts: pulumi.ResourceOptions) -> None:
        """Create the bucket; unless protected or retained, a destroy deletes it with its objects."""
        purpose = contents.purpose
        super().__init__("oneup:platform:PrivateBucket", purpose, None, opts)
        self.arn = bucket_arn(account, purpose)
        self._child = pulumi.ResourceOptions(parent=self, retain_on_delete=contents.retained)
        bucket = aws.s3.Bucket(
            purpose,
            bucket=bucket_name(account, purpose),
            force_destroy=not (account.protect or contents.retained),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(protect=account.protect)),
        )
        self._keep_private(purpose, bucket)
        self._encrypt(contents, bucket)
        self.versioning = self._keep_versions(contents, bucket)
        self._expire(contents, bucket)
        policy = aws.s3.BucketPolicy(
            purpose,
            bucket=bucket.bucket,
            policy=policy_document(*contents.statements, self._tls_only()),
            opts=self._child,
        )
        self.name = policy.bucket
        self.ready = (bucket, policy)
        self.register_outputs({})

    def _keep_private(self, purpose: str, bucket: aws.s3.Bucket) -> None:
        """Block public access and access lists."""
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

    def _encrypt(self, contents: BucketSpec, bucket: aws.s3.Bucket) -> None:
        """SSE-KMS with a bucket key, or SSE-S3."""
        rule: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
            "apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}
        }
        if contents.key is not None:
            rule = {
                "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms",
                    "kms_master_key_id": contents.key,
                },
                "bucket_key_enabled": True,
            }
        aws.s3.BucketServerSideEncryptionConfiguration(
            contents.purpose, bucket=bucket.bucket, rules=[rule], opts=self._child
        )

    def _keep_versions(self, contents: BucketSpec, bucket: aws.s3.Bucket) -> tuple[pulumi.Resource, ...]:
        if not contents.versioned:
            return ()
        versioning = aws.s3.BucketVersioning(
            contents.purpose,
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._child,
        )
        return (versioning,)

    def _expire(self, contents: BucketSpec, bucket: aws.s3.Bucket) -> None:
        """Expire objects, old versions and incomplete uploads."""
        rule: aws.s3.BucketLifecycleConfigurationRuleArgsDict = {
            "id": "expire",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "expiration": {"days": contents.retention_days},
            "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
        }
        if contents.tiered:
            rule["transitions"] = [{"days": 0, "storage_class": "INTELLIGENT_TIERING"}]
        if contents.versioned:
            rule["noncurrent_version_expiration"] = {"noncurrent_days": contents.retention_days}
        aws.s3.BucketLifecycleConfiguration(
            contents.purpose,
            bucket=bucket.bucket,
            rules=[rule],
            opts=pulumi.ResourceOptions.merge(
                self._child, pulumi.ResourceOptions(depends_on=[*self.versioning])
            ),
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
