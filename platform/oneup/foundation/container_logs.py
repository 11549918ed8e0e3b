"""The log groups of what runs in the cluster, made before anything would make them without an end."""

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account


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
