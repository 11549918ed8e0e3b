"""The providers: which account, which cluster, and how they come in."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Json, Resource
from oneup.plan.inputs import at, is_true, items, mapping, mappings, text
from oneup.plan.query import AWS_PROVIDER, KUBERNETES_PROVIDER
from oneup.policy.rule import ResourceRule


def _any_account(provider: Resource) -> Iterator[str]:
    if provider.type == AWS_PROVIDER and not provider.inputs.get("allowedAccountIds"):
        yield "with the wrong credentials it builds in the wrong account; set allowedAccountIds"


def _drifting_identity(provider: Resource) -> Iterator[str]:
    if provider.type == KUBERNETES_PROVIDER and not text(provider, "clusterIdentifier"):
        yield "a changed kubeconfig replaces all that it made; set clusterIdentifier"


def _client_side(provider: Resource) -> Iterator[str]:
    flag = provider.inputs.get("enableServerSideApply")
    if provider.type == KUBERNETES_PROVIDER and flag is not None and not is_true(flag):
        yield "large CRDs do not fit into the annotation of a client-side apply; set enableServerSideApply"


def _baked_in(provider: Resource) -> Iterator[str]:
    if provider.type != KUBERNETES_PROVIDER:
        return
    for user in items(mapping(provider.inputs.get("kubeconfig")).get("users")):
        for key in ("token", "password", "client-key-data"):
            if at(user, "user", key) not in (None, UNKNOWN):
                yield f"its kubeconfig holds a {key}, which expires; use exec"
        yield from _profile(user)


def _profile(user: Json) -> Iterator[str]:
    for part in mappings(user):
        named = [at(variable, "name") for variable in items(part.get("env"))]
        if "AWS_PROFILE" in named or "--profile" in items(part.get("args")):
            yield "its kubeconfig names a profile, which other machines do not have; use a role"


RULES: Final = (
    ResourceRule(
        name="account-guarded",
        sentence="The AWS provider refuses every account but the stack's own.",
        check=_any_account,
    ),
    ResourceRule(
        name="cluster-identified",
        sentence="The Kubernetes provider has a fixed cluster identifier.",
        seen=("pulumi-kubernetes#1148", "pulumi-eks#207", "pulumi-eks#764"),
        check=_drifting_identity,
    ),
    ResourceRule(
        name="server-side-apply",
        sentence="The Kubernetes provider applies on the server's side.",
        seen=("pulumi-kubernetes#1712", "prometheus-community/helm-charts#1500"),
        check=_client_side,
    ),
    ResourceRule(
        name="no-baked-credentials",
        sentence="A kubeconfig fetches its token when it is needed, and names no profile.",
        seen=("pulumi-eks#405", "pulumi-eks#647", "pulumi-eks#669"),
        check=_baked_in,
    ),
)
