"""The roles of GitHub Actions: who may assume them, and what they may not."""

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import cast

import pytest
from policy_sentry.querying.actions import get_actions_with_access_level

from oneup.foundation.deploy_rights import BOUNDED_ACTIONS
from oneup.plan import Plan
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.actions import write_actions
from tests.unit.foundation.conftest import OTHERWISE, Planner
from tests.unit.foundation.graph import all_of, find

Clause = dict[str, object]


def statements(plan: Plan, kind: str, name: str, key: str) -> list[Clause]:
    return json.loads(str(find(plan, kind, name).inputs[key]))["Statement"]


def reading_secrets() -> Iterator[str]:
    """The actions by which Secrets Manager gives out a secret's value."""
    for level in ("Read", "List"):
        for action in get_actions_with_access_level("secretsmanager", level):
            if action.endswith("GetSecretValue"):
                yield action


def test_each_role_trusts_one_environment_of_one_repository(plan: Planner) -> None:
    made = plan()
    for role, environment in (("delivery-preview", "production-preview"), ("delivery-deploy", "production")):
        (trust,) = statements(made, "Role", role, "assumeRolePolicy")
        assert trust["Condition"] == {
            "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": f"repo:example/oneup:environment:{environment}",
            }
        }
        provider = find(made, "OpenIdConnectProvider", "github").outputs["arn"]
        assert trust["Principal"] == {"Federated": provider}


def test_a_preview_writes_nothing_but_locks_and_reads_no_secret(plan: Planner) -> None:
    clauses = statements(plan(), "RolePolicy", "delivery-preview", "policy")
    allowed = [clause for clause in clauses if clause["Effect"] == "Allow"]
    assert [clause["Sid"] for clause in allowed] == ["LockState"]
    assert str(allowed[0]["Resource"]).endswith("/.pulumi/locks/*")
    (denied,) = (clause for clause in clauses if clause["Effect"] == "Deny")
    assert set(cast("list[str]", denied["Action"])) == set(reading_secrets())
    assert str(denied["Resource"]).endswith(":secret:*")
    assert "Condition" not in denied


def deploy(plan: Plan) -> dict[str, Clause]:
    """The deploy role's statements by their names."""
    clauses = statements(plan, "RolePolicy", "delivery-deploy", "policy")
    return {str(clause["Sid"]): clause for clause in clauses}


def listed(clause: Clause, key: str) -> list[str]:
    value = clause[key]
    return [value] if isinstance(value, str) else cast("list[str]", value)


@pytest.mark.parametrize("sid", ["OwnRoles", "OwnBoundedRoles", "PassOwnRoles"])
def test_a_deployment_touches_the_stacks_own_roles_only(plan: Planner, sid: str) -> None:
    made = plan()
    patterns = listed(deploy(made)[sid], "Resource")
    for role in all_of(made, "Role"):
        assert any(fnmatch(str(role.outputs["arn"]), pattern) for pattern in patterns), role.name
    assert not any(fnmatch("arn:aws:iam::444455556666:role/admin", pattern) for pattern in patterns)


def test_a_deployment_touches_the_stacks_own_buckets_only(plan: Planner) -> None:
    made = plan(OTHERWISE)
    patterns = listed(deploy(made)["OwnBuckets"], "Resource")
    buckets = [f"arn:aws:s3:::{bucket.inputs['bucket']}" for bucket in all_of(made, "Bucket")]
    assert buckets
    assert all(any(fnmatch(arn, pattern) for pattern in patterns) for arn in buckets)
    assert not any(fnmatch("arn:aws:s3:::another", pattern) for pattern in patterns)


def test_a_deployment_writes_its_state(plan: Planner) -> None:
    state = deploy(plan())["WriteState"]
    assert listed(state, "Action") == ["s3:DeleteObject", "s3:PutObject"]
    assert state["Resource"] == "arn:aws:s3:::example-pulumi-state-444455556666/*"


def test_a_deployment_changes_no_delivery_role_and_no_boundary(plan: Planner) -> None:
    made = plan(OTHERWISE)
    denied = deploy(made)["NoDelivery"]
    assert denied["Effect"] == "Deny"
    roles = {str(role.outputs["arn"]) for role in all_of(made, "Role") if role.name.startswith("delivery-")}
    assert len(roles) == 3
    assert {*roles, str(OTHERWISE["aws.permissionsBoundary"])} == set(listed(denied, "Resource"))
    assert set(listed(denied, "Action")) >= BOUNDED_ACTIONS | {
        *("iam:DeleteRole", "iam:PassRole", "iam:UpdateRole", "iam:CreatePolicyVersion"),
        "iam:SetDefaultPolicyVersion",
    }


def test_a_deployment_takes_no_boundary_away(plan: Planner) -> None:
    allowed = [clause for clause in deploy(plan(OTHERWISE)).values() if clause["Effect"] == "Allow"]
    assert "iam:DeleteRolePermissionsBoundary" not in {
        action for clause in allowed for action in listed(clause, "Action")
    }


def test_a_deployment_touches_the_clusters_oidc_providers_only(plan: Planner) -> None:
    (pattern,) = listed(deploy(plan())["OwnIssuers"], "Resource")
    prefix = "arn:aws:iam::444455556666:oidc-provider/"
    assert fnmatch(f"{prefix}oidc.eks.eu-central-1.amazonaws.com/id/A", pattern)
    assert not fnmatch(f"{prefix}token.actions.githubusercontent.com", pattern)


def test_a_deployment_assumes_the_providers_role(plan: Planner) -> None:
    assert "AssumeProvider" not in deploy(plan())
    role = "arn:aws:iam::444455556666:role/provisioner"
    assumed = deploy(plan({"aws.roleArn": role}))["AssumeProvider"]
    assert (assumed["Action"], assumed["Resource"]) == (["sts:AssumeRole"], role)


def test_roles_are_passed_to_the_services_that_take_them(plan: Planner) -> None:
    made = plan(OTHERWISE)
    condition = cast("dict[str, dict[str, list[str]]]", deploy(made)["PassOwnRoles"]["Condition"])
    passed = condition["StringEquals"]["iam:PassedToService"]
    trusted = {
        str(clause["Principal"]["Service"])
        for role in all_of(made, "Role")
        for clause in json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"]
        if "Service" in clause["Principal"]
    }
    assert trusted <= set(passed)


def test_the_accounts_provider_is_taken_where_it_exists(plan: Planner) -> None:
    made = plan(OTHERWISE)
    assert not all_of(made, "OpenIdConnectProvider")
    (trust,) = statements(made, "Role", "delivery-preview", "assumeRolePolicy")
    assert trust["Principal"] == {
        "Federated": "arn:aws:iam::444455556666:oidc-provider/token.actions.githubusercontent.com"
    }


def test_the_states_key_is_named(plan: Planner) -> None:
    made = plan(OTHERWISE)
    for role in ("delivery-preview", "delivery-deploy"):
        clauses = statements(made, "RolePolicy", role, "policy")
        assert [clause["Resource"] for clause in clauses if clause["Sid"] == "StateSecrets"] == [
            OTHERWISE["delivery.secretsKey"]
        ]


def test_a_deployment_has_the_actions_of_every_type_in_its_plan(plan: Planner) -> None:
    made = plan(OTHERWISE)
    allowed = [clause for clause in deploy(made).values() if clause["Effect"] == "Allow"]
    granted = {action for clause in allowed for action in listed(clause, "Action")}
    assert not [action for action in granted if "*" in action]
    for resource in made.resources:
        if resource.type.startswith("aws:") and resource.custom:
            assert set(write_actions([RESOURCE_TYPES[resource.type]])) <= granted, resource.type
    assert {action.partition(":")[0] for action in granted}.isdisjoint({"lambda", "rds", "organizations"})


def test_new_roles_are_bounded_as_the_settings_say(plan: Planner) -> None:
    boundary = OTHERWISE["aws.permissionsBoundary"]
    bounded = deploy(plan(OTHERWISE))["OwnBoundedRoles"]
    assert bounded["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    assert set(listed(bounded, "Action")) == BOUNDED_ACTIONS
    assert "Condition" not in deploy(plan())["OwnBoundedRoles"]


def test_previews_may_look_at_the_cluster_and_deployments_change_it(plan: Planner) -> None:
    made = plan()
    for role, policy in (
        ("delivery-preview", "AmazonEKSViewPolicy"),
        ("delivery-deploy", "AmazonEKSClusterAdminPolicy"),
    ):
        (entry,) = (
            association
            for association in all_of(made, "AccessPolicyAssociation")
            if str(association.inputs["principalArn"]) == find(made, "Role", role).outputs["arn"]
        )
        assert str(entry.inputs["policyArn"]).endswith(policy)


def test_pushing_images_is_all_that_the_third_role_may_do(plan: Planner) -> None:
    made = plan(OTHERWISE)
    (trust,) = statements(made, "Role", "delivery-images", "assumeRolePolicy")
    assert "environment:production-images" in str(trust["Condition"])
    sign_in, push = statements(made, "RolePolicy", "delivery-images", "policy")
    assert (sign_in["Action"], sign_in["Resource"]) == ("ecr:GetAuthorizationToken", "*")
    assert push["Resource"] == [
        f"arn:aws:ecr:eu-central-1:444455556666:repository/shop/{name}" for name in ("web", "order")
    ]
    actions = cast("list[str]", push["Action"])
    assert "ecr:PutImage" in actions
    assert not [action for action in actions if "Delete" in action or "Policy" in action or "*" in action]
    arn = str(find(made, "Role", "delivery-images").outputs["arn"])
    attached = [str(each.inputs["role"]) for each in all_of(made, "RolePolicyAttachment")]
    assert not [role for role in attached if role.endswith("delivery-images")]
    assert arn not in {str(each.inputs["principalArn"]) for each in all_of(made, "AccessEntry")}


def test_without_repositories_nobody_pushes(plan: Planner) -> None:
    roles = {role.name for role in all_of(plan({"registry.repositories": []}), "Role")}
    assert "delivery-images" not in roles
