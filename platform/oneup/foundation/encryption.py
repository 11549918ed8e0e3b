"""The KMS key for Kubernetes Secrets, volumes and log groups."""

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.alarms.topic import topic_arn
from oneup.foundation.audit import trail_arn
from oneup.foundation.iam import policy_document
from oneup.values import Value

WILDCARD_REASONS: Final = {
    "wildcard/AccountAdministersByIam": "without it no one could repair the key policy - IAM controls who can",
}
"""Tags of the key: why a statement of its policy uses a wildcard."""


def encryption_key(account: Account) -> pulumi.Output[str]:
    """The ARN of the existing key, or of a new one."""
    given = account.settings.cluster.kms_key
    if given:
        return pulumi.Output.from_input(given)
    options = pulumi.ResourceOptions(provider=account.provider)
    return create_key(account, "encryption", key_policy(account), options)


def create_key(account: Account, name: str, policy: str, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """Create a key with an alias; returns its ARN."""
    key = aws.kms.Key(
        name,
        description=f"Secrets, volumes and logs of {account.name}",
        enable_key_rotation=True,
        deletion_window_in_days=30,
        policy=policy,
        tags={"Name": account.name, **WILDCARD_REASONS},
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=account.protect)),
    )
    aws.kms.Alias(name, name=f"alias/{account.name}", target_key_id=key.key_id, opts=opts)
    return key.arn


def replica_key_policy(account: Account) -> str:
    """The key policy for replicas; IAM policies grant access to roles."""
    return policy_document(_account_statement(account))


def key_policy(account: Account) -> str:
    """The key policy: IAM controls access in the account; AWS services may use it for this stack's resources."""
    trail = (_cloudtrail_statement(account),) if account.settings.audit.trail else ()
    return policy_document(
        _account_statement(account), _cloudwatch_statement(account), _alarm_topic_statement(account), *trail
    )


def _account_statement(account: Account) -> Mapping[str, Value]:
    """In a key policy, the resource ``*`` is the key itself."""
    return {
        "Sid": "AccountAdministersByIam",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{account.aws.partition}:iam::{account.aws.account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }


def _cloudwatch_statement(account: Account) -> Mapping[str, Value]:
    groups = [
        account.aws.arn("logs", f"log-group:{pattern}")
        for pattern in (f"/aws/*/{account.name}/*", f"/{account.name}/*", f"aws-waf-logs-{account.name}")
    ]
    return {
        "Sid": "CloudWatchEncryptsOurLogGroups",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{account.aws.region}.amazonaws.com"},
        "Action": [
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyPair",
            "kms:GenerateDataKeyPairWithoutPlaintext",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:ReEncryptFrom",
            "kms:ReEncryptTo",
        ],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
    }


def _alarm_topic_statement(account: Account) -> Mapping[str, Value]:
    """Publishers of an encrypted topic need the key; EventBridge supports no other condition."""
    services = ("cloudwatch", "budgets", "events")
    return {
        "Sid": "AlarmsEncryptForOurTopic",
        "Effect": "Allow",
        "Principal": {"Service": [f"{service}.amazonaws.com" for service in services]},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": topic_arn(account)}},
    }


def _cloudtrail_statement(account: Account) -> Mapping[str, Value]:
    return {
        "Sid": "CloudTrailEncryptsOurTrail",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["kms:DescribeKey", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceArn": trail_arn(account)}},
    }
