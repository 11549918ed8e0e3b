"""The roles of GitHub Actions: who may assume them, and what they may not."""

import json
from collections.abc import Iterator
from fnmatch import fnmatch
from typing import cast

from policy_sentry.querying.actions import get_actions_with_access_level

from oneup.plan import Plan
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


def test_a_deployment_touches_the_stacks_own_roles_only(plan: Planner) -> None:
    made = plan()
    (own,) = (
        clause
        for clause in statements(made, "RolePolicy", "delivery-deploy", "policy")
        if clause["Sid"] == "OwnRoles"
    )
    patterns = cast("list[str]", own["Resource"])
    for role in all_of(made, "Role"):
        assert any(fnmatch(str(role.outputs["arn"]), pattern) for pattern in patterns), role.name
    assert not any(fnmatch("arn:aws:iam::444455556666:role/admin", pattern) for pattern in patterns)


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


def test_a_deployment_writes_in_no_service_that_a_stack_is_not_made_of(plan: Planner) -> None:
    made = plan()
    writing = statements(made, "RolePolicy", "delivery-deploy", "policy")
    services = {
        str(action).split(":")[0] for clause in writing for action in cast("list[str]", clause["Action"])
    }
    used = {resource.type.split(":")[1].split("/")[0] for resource in made.resources if resource.custom}
    assert services.isdisjoint({"lambda", "rds", "organizations", "sts"})
    assert used.intersection({"ec2", "eks", "kms", "ecr", "s3", "autoscaling"}) <= services
    document = str(find(made, "RolePolicy", "delivery-deploy").inputs["policy"])
    assert len(document) <= 10_240  # what IAM takes inline


def test_new_roles_are_bounded_as_the_settings_say(plan: Planner) -> None:
    boundary = OTHERWISE["aws.permissionsBoundary"]
    clauses = statements(plan(OTHERWISE), "RolePolicy", "delivery-deploy", "policy")
    (own,) = (clause for clause in clauses if clause["Sid"] == "OwnRoles")
    assert own["Condition"] == {"StringEqualsIfExists": {"iam:PermissionsBoundary": boundary}}


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
