"""The AWS account, region and tags of a stack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.errors import PLACEHOLDER, Problem
from oneup.settings.formats.aws import AccountId, PolicyArn, Region, RoleArn, TagKey, TagValue

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings
"""Those that the provider lists, and GovCloud; a region that AWS adds is one entry here."""


class Aws(Section):
    """The account and region of the stack."""

    region: Region
    """AWS region."""

    account: AccountId
    """Twelve-digit account id, in quotes; the provider is limited to this account."""

    role_arn: RoleArn | None = None
    """Role to assume for the deployment and in the kubeconfig."""

    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    """Additional tags on all resources."""

    permissions_boundary: PolicyArn | None = None
    """ARN of the permissions boundary of every role that the stack creates."""

    @property
    def partition(self) -> str:
        """The partition that the region belongs to, as ARNs name it."""
        prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
        return next((name for start, name in prefixes.items() if self.region.startswith(start)), "aws")

    @property
    def registry(self) -> str:
        """The host of this account's own registry of images."""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"{self.account}.dkr.ecr.{self.region}.{suffix}"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account that has no region, as IAM's are."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"


_MAX_TAGS: Final = 40
"""AWS allows 50 tags per resource; the platform and Kubernetes add some."""


def account_of_roles(settings: "AwsSettings") -> Iterator[Problem]:
    """The role to assume and the boundary are of the stack's account."""
    aws = settings.aws
    named = {"aws.roleArn": aws.role_arn, "aws.permissionsBoundary": aws.permissions_boundary}
    for account_of_the_key, arn in named.items():
        if arn and PLACEHOLDER not in (arn, aws.account) and arn.split(":")[4] not in (aws.account, "aws"):
            text = f"{arn} does not belong to the account {aws.account} (aws.account); correct one of the two"
            yield Problem(account_of_the_key, text)


def account_of_the_key(settings: "AwsSettings") -> Iterator[Problem]:
    """EKS accepts only a KMS key of its own region."""
    arn = settings.cluster.kms_key
    if arn and arn != PLACEHOLDER and arn.split(":")[3] != settings.aws.region:
        text = f"{arn} is not in {settings.aws.region} (aws.region); name a key of that region"
        yield Problem("cluster.kmsKey", text)


def tags_aws_takes(settings: "AwsSettings") -> Iterator[Problem]:
    """AWS limits the tags of a resource."""
    count = len(settings.aws.tags)
    if count > _MAX_TAGS:
        yield Problem("aws.tags", f"has {count} tags; keep at most {_MAX_TAGS}")
