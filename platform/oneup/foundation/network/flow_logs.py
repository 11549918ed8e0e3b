"""The VPC's flow logs, in CloudWatch or in S3."""

import pulumi
import pulumi_aws as aws

from oneup.foundation.bucket import BucketSpec, PrivateBucket, bucket_arn
from oneup.foundation.iam import policy_document, service_trust
from oneup.foundation.network.zone import Vpc
from oneup.settings.network import FlowLogs

PURPOSE = "flow-logs"


def create_flow_logs(vpc: Vpc, logs: FlowLogs, key: pulumi.Output[str]) -> None:
    """Create the VPC's flow logs."""
    match logs.destination:
        case "cloudwatch":
            _to_cloudwatch(vpc, logs, key)
        case "s3":
            _to_s3(vpc, logs)


def _to_cloudwatch(vpc: Vpc, logs: FlowLogs, key: pulumi.Output[str]) -> None:
    account = vpc.account
    group = aws.cloudwatch.LogGroup(
        PURPOSE,
        name=f"/aws/vpc/{account.name}/flow-logs",
        retention_in_days=logs.retention_days,
        kms_key_id=key,
        opts=vpc.options(),
    )
    role = aws.iam.Role(
        PURPOSE,
        name=account.role_name(PURPOSE),
        description=f"Writes the flow logs of {account.name}",
        assume_role_policy=service_trust(
            "vpc-flow-logs.amazonaws.com",
            {
                "StringEquals": {"aws:SourceAccount": account.aws.account},
                "ArnLike": {"aws:SourceArn": account.aws.arn("ec2", "vpc-flow-log/*")},
            },
        ),
        permissions_boundary=account.aws.permissions_boundary,
        opts=vpc.options(),
    )
    policy = aws.iam.RolePolicy(
        PURPOSE, name=PURPOSE, role=role.name, policy=_writing(vpc), opts=vpc.options()
    )
    aws.ec2.FlowLog(
        PURPOSE,
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="cloud-watch-logs",
        log_destination=group.arn,
        iam_role_arn=role.arn,
        tags={"Name": f"{account.name}-{PURPOSE}"},
        opts=vpc.options([policy]),
    )


def _writing(vpc: Vpc) -> str:
    """Write streams in the log group; the service must also list the account's log groups."""
    account = vpc.account
    group = account.aws.arn("logs", f"log-group:/aws/vpc/{account.name}/flow-logs:*")
    return policy_document(
        {
            "Sid": "WriteOwnGroup",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": group,
        },
        {
            "Sid": "FindGroup",
            "Effect": "Allow",
            "Action": "logs:DescribeLogGroups",
            "Resource": account.aws.arn("logs", "log-group:*"),
        },
    )


def _to_s3(vpc: Vpc, logs: FlowLogs) -> None:
    account = vpc.account
    arn = bucket_arn(account, PURPOSE)
    delivery = {"Service": "delivery.logs.amazonaws.com"}
    ours = {
        "StringEquals": {"aws:SourceAccount": account.aws.account},
        "ArnLike": {"aws:SourceArn": account.aws.arn("logs", "*")},
    }
    contents = BucketSpec(
        purpose=PURPOSE,
        retention_days=logs.retention_days,
        statements=(
            {
                "Sid": "DeliveryWrites",
                "Effect": "Allow",
                "Principal": delivery,
                "Action": "s3:PutObject",
                "Resource": f"{arn}/AWSLogs/{account.aws.account}/*",
                "Condition": ours,
            },
            {
                "Sid": "DeliveryChecks",
                "Effect": "Allow",
                "Principal": delivery,
                "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
                "Resource": arn,
                "Condition": ours,
            },
        ),
    )
    bucket = PrivateBucket(account, contents, vpc.options())
    aws.ec2.FlowLog(
        PURPOSE,
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="s3",
        log_destination=bucket.arn,
        destination_options={"file_format": "parquet", "per_hour_partition": True},
        tags={"Name": f"{account.name}-{PURPOSE}"},
        opts=vpc.options(list(bucket.ready)),
    )
