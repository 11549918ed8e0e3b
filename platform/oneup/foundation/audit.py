"""CloudTrail and GuardDuty."""

import json
from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.bucket import BucketSpec, PrivateBucket, bucket_arn
from oneup.values import Value

TRAIL: Final = "trail"
MEDIUM_SEVERITY: Final = 4
"""Minimum severity of GuardDuty findings that are sent."""


class Trail(pulumi.ComponentResource):
    """A multi-region trail, in its own bucket."""

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Create bucket and trail; log files are encrypted and validated by digest files."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:AuditTrail", TRAIL, None, options)
        contents = BucketSpec(
            purpose=TRAIL,
            retention_days=account.settings.audit.trail_days,
            statements=trail_bucket_statements(account),
            versioned=True,
            retained=account.settings.storage.on_destroy == "Retain",
        )
        bucket = PrivateBucket(account, contents, pulumi.ResourceOptions(parent=self))
        aws.cloudtrail.Trail(
            TRAIL,
            name=account.name,
            s3_bucket_name=bucket.name,
            kms_key_id=key,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(bucket.ready)),
        )
        self.register_outputs({})


def trail_arn(account: Account) -> str:
    """The trail's ARN, known beforehand."""
    return account.aws.arn("cloudtrail", f"trail/{account.name}")


def trail_bucket_statements(account: Account) -> tuple[Mapping[str, Value], ...]:
    """CloudTrail's permissions on the bucket, for this trail only."""
    bucket = bucket_arn(account, TRAIL)
    ours = {"aws:SourceArn": trail_arn(account)}
    service = {"Service": "cloudtrail.amazonaws.com"}
    return (
        {
            "Sid": "TrailChecks",
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:GetBucketAcl",
            "Resource": bucket,
            "Condition": {"StringEquals": ours},
        },
        {
            "Sid": "TrailWrites",
            "Effect": "Allow",
            "Principal": service,
            "Action": "s3:PutObject",
            "Resource": f"{bucket}/AWSLogs/{account.aws.account}/*",
            "Condition": {"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
        },
    )


class GuardDuty(pulumi.ComponentResource):
    """GuardDuty on the EKS audit log and, with an agent that the stack manages, on the nodes.

    GuardDuty could manage agent and endpoint itself, but it leaves both behind, and the VPC then cannot be
    deleted (terraform-provider-aws#46747).
    """

    ready: tuple[pulumi.Resource, ...]
    """What the agent depends on."""

    def __init__(self, account: Account, topic: pulumi.Output[str]) -> None:
        """Create the detector or use the account's existing one; its findings go to the topic.

        Only findings of medium severity or higher; an existing detector is not changed.
        """
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Guard", "guard", None, options)
        self._child = pulumi.ResourceOptions(parent=self)
        self.ready = () if account.settings.audit.detector else (self._detect(),)
        self._announce(account, topic)
        self.register_outputs({})

    def _detect(self) -> pulumi.Resource:
        """The detector and its features; returns what the agent depends on."""
        detector = aws.guardduty.Detector(
            "guard", enable=True, finding_publishing_frequency="FIFTEEN_MINUTES", opts=self._child
        )
        aws.guardduty.DetectorFeature(
            "audit-log", detector_id=detector.id, name="EKS_AUDIT_LOGS", status="ENABLED", opts=self._child
        )
        return aws.guardduty.DetectorFeature(
            "runtime",
            detector_id=detector.id,
            name="RUNTIME_MONITORING",
            status="ENABLED",
            additional_configurations=[{"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"}],
            opts=self._child,
        )

    def _announce(self, account: Account, topic: pulumi.Output[str]) -> None:
        pattern = {
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", MEDIUM_SEVERITY]}]},
        }
        rule = aws.cloudwatch.EventRule(
            "guard",
            name=f"{account.name}-guard",
            event_pattern=json.dumps(pattern, separators=(",", ":")),
            opts=self._child,
        )
        aws.cloudwatch.EventTarget("guard", rule=rule.name, arn=topic, opts=self._child)
