"""Who may do what, asked of the API server by SubjectAccessReview."""

import pytest

from oneup.docs.access import PERMISSIONS, Permission, Scope
from tests.cluster.conftest import Applied
from tests.cluster.harness.cluster import Cluster
from tests.cluster.harness.objects import Object
from tests.cluster.harness.rbac import BINDINGS, Deed, Person, allowed, deeds, people, rules
from tests.cluster.harness.stack import Stack
from tests.cluster.harness.summary import Summary

ADMINS = ("cluster-admin", "platform-admin")
APPLICATIONS = "oneup.dev/applications"

RESERVED = (
    Deed("get", "", "secrets", "kube-system"),
    Deed("create", "", "pods", "kube-system"),
    Deed("create", "", "pods/exec", "kube-system"),
    Deed("delete", "", "namespaces"),
    Deed("delete", "", "nodes"),
    Deed("impersonate", "", "users"),
    Deed("create", "rbac.authorization.k8s.io", "clusterrolebindings"),
    Deed("escalate", "rbac.authorization.k8s.io", "clusterroles"),
    Deed("bind", "rbac.authorization.k8s.io", "clusterroles"),
)
"""What no role except cluster administrators may do."""


@pytest.fixture
def bindings(applied: Applied, stack: Stack) -> list[Object]:
    assert applied
    return [each for each in stack.objects if each.kind in BINDINGS]


def test_bindings_grant_what_their_roles_say(
    bindings: list[Object], cluster: Cluster, stack: Stack, summary: Summary
) -> None:
    asked = [
        (who, deed)
        for binding in bindings
        for rule in rules(cluster.api, binding)
        for deed in deeds(rule, binding.namespace)
        for who in people(binding)
    ]
    denied = [f"{who} may not {deed}" for who, deed in asked if not allowed(cluster.api, who, deed)]
    assert not denied, "\n".join(denied)
    summary.note(stack.name, f"access: {len(bindings)} bindings of the plan grant {len(asked)} things")


def test_every_binding_names_a_role_that_grants_something(bindings: list[Object], cluster: Cluster) -> None:
    assert not [each.name for each in bindings if not rules(cluster.api, each)]


def test_only_administrators_reach_what_is_reserved(bindings: list[Object], cluster: Cluster) -> None:
    administrators = {
        who for each in bindings if each.text("roleRef", "name") in ADMINS for who in people(each)
    }
    others = {who for each in bindings for who in people(each)} - administrators
    able = [f"{who} may {deed}" for who in others for deed in RESERVED if allowed(cluster.api, who, deed)]
    assert not able, "\n".join(able)


def test_default_accounts_may_do_nothing(applied: Applied, cluster: Cluster, stack: Stack) -> None:
    """A pod that asks for no account of its own gets one that reads nothing of the API."""
    assert applied
    names = [each.name for each in stack.objects if each.kind == "Namespace"]
    able = [
        f"{name}: {deed}"
        for name in names
        for deed in (Deed("list", "", "pods", name), Deed("list", "", "secrets", name), *RESERVED)
        if allowed(cluster.api, Person(f"system:serviceaccount:{name}:default"), deed)
    ]
    assert not able, "\n".join(able)


def test_the_documented_table_is_true(
    bindings: list[Object], cluster: Cluster, stack: Stack, summary: Summary
) -> None:
    """Each line of docs/access.md, in an application's namespace and in the platform's."""
    homes = {
        each.name: APPLICATIONS in each.map("metadata", "labels")
        for each in stack.objects
        if each.kind == "Namespace"
    }
    asked = [
        (role, who, promise, place, reach is Scope.CLUSTER or (reach is Scope.APPLICATIONS and home))
        for promise in PERMISSIONS
        for role, reach in promise.scopes.items()
        for who in holders(bindings, role)
        for place, home in (homes.items() if promise.namespaced else [("", False)])
    ]
    wrong = [
        f"{who}, {role}, {'may not' if expected else 'may'} {promise.action} in {place or 'the cluster'}"
        for role, who, promise, place, expected in asked
        if allowed(cluster.api, who, deed(promise, place)) is not expected
    ]
    assert not wrong, "\n".join(wrong)
    summary.note(stack.name, f"access: {len(asked)} answers are as docs/access.md has them")


def holders(bindings: list[Object], role: str) -> set[Person]:
    """Those whom some binding gives a role."""
    return {who for each in bindings if each.text("roleRef", "name") == role for who in people(each)}


def deed(promise: Permission, place: str) -> Deed:
    """What a line of the table asks the API server."""
    return Deed(promise.verb, promise.group, promise.resource, place)
