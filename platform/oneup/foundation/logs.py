"""Where the logs of containers and load balancers go, made before anything writes to it."""

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.bucket import BucketSpec, PrivateBucket, bucket_arn
from oneup.settings.edge import ACCESS_LOGS


def create_container_log_groups(
    account: Account, key: pulumi.Output[str]
) -> tuple[aws.cloudwatch.LogGroup, ...]:
    """The log groups of Fluent Bit and Container Insights, if enabled.

    Their writers cannot create log groups, so none is left behind by a destroy.
    """
    settings = account.settings
    shipped, measured = settings.addons.fluent_bit, settings.cluster.container_insights
    days = shipped.retention_days
    groups = {
        "container-logs": (settings.container_log_group, shipped.enabled or measured),
        "container-figures": (settings.container_metrics_log_group, measured),
    }
    return tuple(
        aws.cloudwatch.LogGroup(
            name,
            name=group,
            retention_in_days=days,
            kms_key_id=key,
            opts=pulumi.ResourceOptions(provider=account.provider),
        )
        for name, (group, wanted) in groups.items()
        if wanted
    )


def create_access_log_bucket(account: Account) -> tuple[pulumi.Resource, ...]:
    """Create it if enabled; returns what load balancers depend on: without it their creation fails.

    It uses SSE-S3: load balancers cannot write to a bucket with a KMS key.
    """
    settings = account.settings
    if not settings.edge.access_logs:
        return ()
    contents = BucketSpec(
        purpose=ACCESS_LOGS,
        retention_days=settings.edge.access_log_days,
        statements=(
            {
                "Sid": "BalancersWrite",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
                # The service writes below the account's id.
                "Resource": f"{bucket_arn(account, ACCESS_LOGS)}/AWSLogs/{account.aws.account}/*",
            },
        ),
        retained=settings.storage.on_destroy == "Retain",
    )
    options = pulumi.ResourceOptions(providers={"aws": account.provider})
    return PrivateBucket(account, contents, options).ready
