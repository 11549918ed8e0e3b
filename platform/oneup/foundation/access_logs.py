"""The bucket in which load balancers keep each request."""

import pulumi

from oneup.foundation.account import Account
from oneup.foundation.bucket import Contents, PrivateBucket, bucket_arn
from oneup.settings.edge import ACCESS_LOGS


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
