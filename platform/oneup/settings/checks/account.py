"""What belongs to the account and region of the stack."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import PLACEHOLDER, Problem
from oneup.settings.model import AwsSettings

_MOST_TAGS: Final = 40
"""AWS allows 50 on a resource; the platform and Kubernetes set some themselves."""


def roles(settings: AwsSettings) -> Iterator[Problem]:
    """The role to assume and the boundary are of the stack's account."""
    aws = settings.aws
    named = {"aws.roleArn": aws.role_arn, "aws.permissionsBoundary": aws.permissions_boundary}
    for key, arn in named.items():
        if arn and PLACEHOLDER not in (arn, aws.account) and arn.split(":")[4] not in (aws.account, "aws"):
            text = f"{arn} is not of the account {aws.account} (aws.account); correct one of the two"
            yield Problem(key, text)


def key(settings: AwsSettings) -> Iterator[Problem]:
    """EKS takes a KMS key of its own region only."""
    arn = settings.cluster.kms_key
    if arn and arn != PLACEHOLDER and arn.split(":")[3] != settings.aws.region:
        text = f"{arn} is not in {settings.aws.region} (aws.region); name a key of that region"
        yield Problem("cluster.kmsKey", text)


def tags(settings: AwsSettings) -> Iterator[Problem]:
    """AWS limits the tags of a resource."""
    count = len(settings.aws.tags)
    if count > _MOST_TAGS:
        yield Problem("aws.tags", f"has {count} tags; keep at most {_MOST_TAGS}")
