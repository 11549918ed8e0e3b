"""What an AWS stack says of its account."""

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.aws import AccountId, PolicyArn, Region, RoleArn, TagKey, TagValue


class Aws(Section):
    """The account and region that a stack may touch."""

    region: Region
    """Region of everything regional."""

    account: AccountId
    """Twelve-digit account, in quotes; the provider refuses to act in any other."""

    role_arn: RoleArn | None = None
    """Role to assume for the deployment and, in the kubeconfig, for the cluster's API."""

    tags: dict[TagKey, TagValue] = Field(default_factory=dict)
    """Tags on everything, beside the stack's own."""

    permissions_boundary: PolicyArn | None = None
    """ARN of a managed policy that bounds every role the stack makes."""

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
