"""The AWS account and region that a stack builds in, and the providers of AWS and Kubernetes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from oneup.foundation.addon_versions import addon_versions
from oneup.settings.aws import Aws
from oneup.settings.cluster import AddonVersions
from oneup.settings.model import AwsSettings
from oneup.settings.names import ROLE_NAME_LIMIT, bounded, cluster_name


@dataclass(frozen=True)
class Account:
    """Settings and provider of an account and region."""

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
        """Whether data and basic infrastructure are protected from deletion."""
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
        """The name of an IAM role of this stack, at most 64 characters."""
        return bounded(f"{self.name}-{purpose}", ROLE_NAME_LIMIT)

    def managed_policy(self, name: str) -> str:
        """The ARN of a policy that AWS manages, such as ``AmazonEKSClusterPolicy``."""
        return f"arn:{self.aws.partition}:iam::aws:policy/{name}"


def tags(settings: AwsSettings) -> Mapping[str, str]:
    """The stack's default tags, overridden by those of the settings."""
    own = {
        "managed-by": "pulumi",
        "project": "oneup",
        "stack": settings.stack,
        "environment": settings.environment,
    }
    return {**own, **settings.aws.tags}


SESSION_NAME_LIMIT: Final = 64
"""Characters that STS allows in a session's name."""


def aws_provider(settings: AwsSettings, name: str = "aws") -> aws.Provider:
    """The AWS provider, limited to one account and with default tags."""
    role = settings.aws.role_arn
    session = f"oneup-{settings.stack}"[:SESSION_NAME_LIMIT]
    # Typed args, because a provider's inputs are sent as JSON with a dictionary's keys unchanged.
    assumed = [aws.ProviderAssumeRoleArgs(role_arn=role, session_name=session)] if role else None
    return aws.Provider(
        name,
        region=settings.aws.region,
        allowed_account_ids=[settings.aws.account],
        assume_roles=assumed,
        default_tags=aws.ProviderDefaultTagsArgs(tags=tags(settings)),
    )


def kubernetes_provider(
    account: Account, component_kubeconfig: pulumi.Output[str], opts: pulumi.ResourceOptions
) -> k8s.Provider:
    """The Kubernetes provider.

    The cluster identifier is fixed, so that a new endpoint or certificate does not replace
    its resources.
    """
    return k8s.Provider(
        "kubernetes",
        kubeconfig=component_kubeconfig.apply(lambda text: kubeconfig(account, text)),
        cluster_identifier=account.name,
        enable_server_side_apply=True,
        # What a hand has edited is the stack's all the same: an update takes the field back.
        enable_patch_force=True,
        opts=opts,
    )


def kubeconfig(account: Account, component_kubeconfig: str) -> str:
    """A kubeconfig that fetches its token through the AWS CLI.

    Server and certificate come from the cluster component's kubeconfig. Otherwise: no token
    that expires, no local AWS profile, and the configured role.
    """
    role = account.aws.role_arn
    token = ["--region", account.aws.region, "eks", "get-token", "--cluster-name", account.name]
    command = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": [*token, "--output", "json", *(["--role-arn", role] if role else [])],
        "interactiveMode": "Never",
    }
    cluster = json.loads(component_kubeconfig)["clusters"][0]["cluster"]
    name = account.name
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": cluster}],
        "users": [{"name": name, "user": {"exec": command}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    return json.dumps(config, sort_keys=True)


def endpoint(component_kubeconfig: str) -> str:
    """The URL of the cluster's API, from the cluster component's kubeconfig."""
    return str(json.loads(component_kubeconfig)["clusters"][0]["cluster"]["server"])
