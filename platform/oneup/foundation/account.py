"""The AWS account and region that a stack builds in."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws

from oneup.foundation.addon_versions import addon_versions
from oneup.foundation.names import ROLE_NAME_LIMIT, bounded, cluster_name
from oneup.settings.aws import Aws
from oneup.settings.cluster import AddonVersions
from oneup.settings.model import AwsSettings


@dataclass(frozen=True)
class Account:
    """What every part of the foundation needs to know of its place."""

    settings: AwsSettings
    provider: aws.Provider

    @property
    def name(self) -> str:
        """The cluster's name, and the prefix of all that belongs to it."""
        return cluster_name(self.settings.stack)

    @property
    def aws(self) -> Aws:
        """The account's number, the region, and ARNs in them."""
        return self.settings.aws

    @property
    def protect(self) -> bool:
        """Whether what holds data or carries everything else is kept from deletion."""
        return self.settings.cluster.deletion_protection

    @property
    def addon_versions(self) -> AddonVersions:
        """The versions of the EKS addons."""
        return addon_versions(self.settings.cluster)

    @property
    def tags(self) -> Mapping[str, str]:
        """The tags on everything."""
        return tags(self.settings)

    def role_name(self, purpose: str) -> str:
        """The name of a role of this stack: known beforehand, at most 64 characters."""
        return bounded(f"{self.name}-{purpose}", ROLE_NAME_LIMIT)

    def managed_policy(self, name: str) -> str:
        """The ARN of a policy that AWS manages, such as ``AmazonEKSClusterPolicy``."""
        return f"arn:{self.aws.partition}:iam::aws:policy/{name}"


def tags(settings: AwsSettings) -> Mapping[str, str]:
    """The stack's own tags and the settings', which win."""
    own = {
        "managed-by": "pulumi",
        "project": "oneup",
        "stack": settings.stack,
        "environment": settings.environment,
    }
    return {**own, **settings.aws.tags}
