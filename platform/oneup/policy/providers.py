"""Providers: the allowed account, the cluster identifier, and credentials."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Json, Resource
from oneup.plan.inputs import as_list, as_mapping, is_true, mappings, string_at, value_at
from oneup.plan.resource_types.engine import AWS_PROVIDER, KUBERNETES_PROVIDER
from oneup.policy.rule import ResourceRule


def _any_account(provider: Resource) -> Iterator[str]:
    if provider.type == AWS_PROVIDER and not provider.inputs.get("allowedAccountIds"):
        yield "wrong credentials would deploy to the wrong account; set allowedAccountIds"


def _no_cluster_identifier(provider: Resource) -> Iterator[str]:
    if provider.type == KUBERNETES_PROVIDER and not string_at(provider, "clusterIdentifier"):
        yield "a changed kubeconfig would replace all its resources; set clusterIdentifier"


def _client_side(provider: Resource) -> Iterator[str]:
    flag = provider.inputs.get("enableServerSideApply")
    if provider.type == KUBERNETES_PROVIDER and flag is not None and not is_true(flag):
        yield "large CRDs exceed the annotation limit of client-side apply; set enableServerSideApply"


def _embedded_credentials(provider: Resource) -> Iterator[str]:
    if provider.type != KUBERNETES_PROVIDER:
        return
    for user in as_list(as_mapping(provider.inputs.get("kubeconfig")).get("users")):
        for key in ("token", "password", "client-key-data"):
            if value_at(user, "user", key) not in (None, UNKNOWN):
                yield f"its kubeconfig contains a {key}; use an exec plugin"
        yield from _profile(user)


def _profile(user: Json) -> Iterator[str]:
    for part in mappings(user):
        named = [value_at(variable, "name") for variable in as_list(part.get("env"))]
        if "AWS_PROFILE" in named or "--profile" in as_list(part.get("args")):
            yield "its kubeconfig names an AWS profile, which other machines do not have; use a role"


RULES: Final = (
    ResourceRule(
        id="aws-provider-account-restricted",
        description="The AWS provider is limited to the stack's account.",
        check=_any_account,
    ),
    ResourceRule(
        id="kubernetes-cluster-identifier",
        description="The Kubernetes provider has a fixed cluster identifier.",
        incidents=("pulumi-kubernetes#1148", "pulumi-eks#207", "pulumi-eks#764"),
        check=_no_cluster_identifier,
    ),
    ResourceRule(
        id="server-side-apply",
        description="The Kubernetes provider uses server-side apply.",
        incidents=("pulumi-kubernetes#1712", "prometheus-community/helm-charts#1500"),
        check=_client_side,
    ),
    ResourceRule(
        id="kubeconfig-without-credentials",
        description="A kubeconfig contains no credentials and no AWS profile.",
        incidents=("pulumi-eks#405", "pulumi-eks#647", "pulumi-eks#669"),
        check=_embedded_credentials,
    ),
)
