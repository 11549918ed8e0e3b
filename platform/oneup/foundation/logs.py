"""Where the logs of containers and load balancers go, made before anything writes to it."""

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.bucket import Contents, PrivateBucket, bucket_arn
from oneup.settings.edge import ACCESS_LOGS


def container_logs(account: Account, key: pulumi.Output[str]) -> tuple[aws.cloudwatch.LogGroup, ...]:
    """The groups that Fluent Bit and Container Insights write to, where the stack has them.

    Their writers may not make groups; so none is left behind when the stack goes.
    """
    settings = account.settings
    shipped, measured = settings.addons.fluent_bit, settings.cluster.container_insights
    days = shipped.retention_days
    groups = {
        "container-logs": (settings.container_log_group, shipped.enabled or measured),
        "container-figures": (settings.container_figures_group, measured),
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


def access_logs(account: Account) -> tuple[pulumi.Resource, ...]:
    """Make it, where the settings ask for it; what balancers wait for: they are refused without it.

    Apart from the other logs, and with S3's own key: load balancers write to no bucket with a KMS key.
    """
    settings = account.settings
    if not settings.edge.access_logs:
        return ()
    contents = Contents(
        purpose=ACCESS_LOGS,
        retention_days=settings.edge.access_log_days,
        clauses=(
            {
                "Sid": "BalancersWrite",
                "Effect": "Allow",
                "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                "Action": "s3:PutObject",
                # The service writes each account's requests below that account's number.
                "Resource": f"{bucket_arn(account, ACCESS_LOGS)}/AWSLogs/{account.aws.account}/*",
            },
        ),
        retained=settings.storage.on_destroy == "Retain",
    )
    options = pulumi.ResourceOptions(providers={"aws": account.provider})
    return PrivateBucket(account, contents, options).ready
