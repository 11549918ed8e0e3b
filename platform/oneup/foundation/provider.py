"""The providers: AWS in one account and region, Kubernetes by a token that is fetched when needed."""

import json
from typing import Final

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as k8s

from oneup.foundation.account import Account, tags
from oneup.settings.model import AwsSettings

SESSION_NAME_LIMIT: Final = 64
"""Characters that STS allows in a session's name."""


def aws_provider(settings: AwsSettings, name: str = "aws") -> aws.Provider:
    """The provider of everything on AWS: it refuses any other account and tags all that it makes."""
    role = settings.aws.role_arn
    session = f"oneup-{settings.stack}"[:SESSION_NAME_LIMIT]
    # Typed, unlike elsewhere: a provider's inputs travel as JSON text, and a dictionary's keys as they are.
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
    """The provider of everything in the cluster.

    The identifier is fixed: a new endpoint or certificate updates the provider, and replaces nothing
    that it has made.
    """
    return k8s.Provider(
        "kubernetes",
        kubeconfig=component_kubeconfig.apply(lambda text: kubeconfig(account, text)),
        cluster_identifier=account.name,
        enable_server_side_apply=True,
        opts=opts,
    )


def kubeconfig(account: Account, component_kubeconfig: str) -> str:
    """A kubeconfig that fetches its token through the AWS CLI.

    Server and certificate come from the cluster component's kubeconfig. The rest is ours: no token
    that expires, no profile that exists on one machine only, and the role where one is configured.
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
