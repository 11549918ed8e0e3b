"""Who may do what: the roles and bindings of each plan, evaluated as the API server would."""

from collections.abc import Sequence
from functools import cache
from typing import cast

import pytest

from oneup.docs.access import PERMISSIONS, Permission, Scope
from oneup.plan import Json
from oneup.workspace.access import ROLES, PolicyRule, RoleName, group_bindings
from oneup.workspace.prepare import application_namespaces
from tests.support.plans import planned
from tests.support.stacks import settings

Map = dict[str, Json]
BOUND = ("staging", "production", "baremetal")
EACH = pytest.mark.parametrize("stack", BOUND)


@cache
def made(stack: str, kind: str) -> Sequence[Map]:
    found = planned(stack).of_type(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}")
    return [cast("Map", resource.inputs) for resource in found]


def metadata(item: Map) -> dict[str, str]:
    return cast("dict[str, str]", item["metadata"])


def rules(stack: str, binding: Map) -> list[dict[str, list[str]]]:
    """The rules of the role that a binding gives."""
    reference = cast("dict[str, str]", binding["roleRef"])
    (found,) = (
        item for item in made(stack, reference["kind"]) if metadata(item)["name"] == reference["name"]
    )
    return cast("list[dict[str, list[str]]]", found["rules"])


def may(stack: str, group: str, promise: Permission, namespace: str) -> bool:
    """Whether a member of a group may do it in a namespace, or, without one, in the cluster."""
    kinds = ("ClusterRoleBinding", "RoleBinding") if namespace else ("ClusterRoleBinding",)
    return any(
        grants(rule, promise)
        for kind in kinds
        for binding in made(stack, kind)
        if kind == "ClusterRoleBinding" or metadata(binding)["namespace"] == namespace
        if group in {subject["name"] for subject in cast("list[dict[str, str]]", binding["subjects"])}
        for rule in rules(stack, binding)
    )


def grants(rule: dict[str, list[str]], promise: Permission) -> bool:
    asked = {"apiGroups": promise.group, "resources": promise.resource, "verbs": promise.verb}
    return all({"*", value} & set(rule.get(key, ())) for key, value in asked.items())


@EACH
def test_everybody_may_do_what_the_table_says_and_no_more(stack: str) -> None:
    configured = settings(stack)
    homes = [home.name for home in application_namespaces(configured)]
    wrong = [
        f"{role} {promise.action} in {place or 'the cluster'}"
        for promise in PERMISSIONS
        for role, names in group_bindings(configured).items()
        for group in names
        for place in ((*homes, "monitoring", "kube-system") if promise.namespaced else ("",))
        if may(stack, group, promise, place) is not expected(promise, role, place in homes)
    ]
    assert not wrong


def expected(promise: Permission, role: RoleName, home: bool) -> bool:
    reach = promise.scopes[role]
    return reach is Scope.CLUSTER or (reach is Scope.APPLICATIONS and home)


@EACH
def test_every_role_is_given_to_somebody(stack: str) -> None:
    given = {
        cast("dict[str, str]", binding["roleRef"])["name"]
        for kind in ("ClusterRoleBinding", "RoleBinding")
        for binding in made(stack, kind)
    }
    assert set(RoleName) <= given


def test_without_groups_nobody_is_bound_on_a_cluster_that_exists() -> None:
    assert not [names for names in group_bindings(settings("local")).values() if names]


@EACH
def test_access_entries_put_people_into_groups_that_are_bound(stack: str) -> None:
    entered = {
        group
        for resource in planned(stack).resources
        if resource.type == "aws:eks/accessEntry:AccessEntry"
        for group in cast("list[str]", resource.inputs.get("kubernetesGroups") or [])
    }
    assert entered <= {name for names in group_bindings(settings(stack)).values() for name in names}
    assert bool(entered) is (settings(stack).foundation == "aws")


def test_what_reads_in_every_namespace_changes_nothing() -> None:
    for role in ROLES:
        if role.scope == "cluster" and role.name is not RoleName.ADMIN:
            assert {verb for grant in role.rules for verb in grant.verbs} <= {"get", "list", "watch"}


def test_nobody_but_administrators_has_a_wildcard_or_reads_secrets() -> None:
    def loose(grant: PolicyRule) -> bool:
        return "*" in (grant.group, *grant.resources, *grant.verbs) or "secrets" in grant.resources

    assert {role.name for role in ROLES if any(map(loose, role.rules))} == {RoleName.ADMIN}


def test_the_table_speaks_of_all_that_a_role_may_change() -> None:
    """A right to change something that the table does not tell of would go unnoticed."""
    told = {(promise.group, promise.resource, promise.verb) for promise in PERMISSIONS}
    silent = {("", "pods/eviction", "create"), ("apps", "statefulsets/scale", "patch")}
    changing = {
        (grant.group, resource, verb)
        for role in ROLES
        if role.name is not RoleName.ADMIN
        for grant in role.rules
        for resource in grant.resources
        for verb in grant.verbs
        if verb not in ("get", "list", "watch", "update")
    }
    assert changing - told == silent
