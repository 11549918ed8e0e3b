"""Roles of service accounts: whom they trust, what they allow, what is refused."""

import json
from pathlib import Path
from typing import cast

import pytest

from oneup.foundation.iam import Identity, Statement, policy_size
from oneup.foundation.identity import check_limits
from oneup.plan import UNKNOWN, JsonMap, Plan
from oneup.settings.names import bounded
from oneup.settings.stackfile import read_stack_file
from oneup.values import DeferredOutput, FoundationOutput
from tests.support.rehearsals import rehearsed
from tests.unit.foundation.conftest import ROOT, Planner
from tests.unit.foundation.graph import all_of, direct, find

BOUNDARY = "arn:aws:iam::444455556666:policy/boundary"


def trust(plan: Plan, name: str) -> dict[str, JsonMap]:
    (statement,) = json.loads(str(find(plan, "Role", name).inputs["assumeRolePolicy"]))["Statement"]
    return statement


@pytest.mark.parametrize(
    ("name", "account"),
    [("vpc-cni", "aws-node"), ("aws-ebs-csi-driver", "ebs-csi-controller-sa")],
)
def test_one_service_account_of_one_cluster_is_trusted(plan: Planner, name: str, account: str) -> None:
    made = plan()
    cluster = find(made, "Cluster", "cluster").outputs
    issuer = cluster["oidcIssuer"]
    assert trust(made, name) == {
        "Effect": "Allow",
        "Principal": {"Federated": cluster["oidcProviderArn"]},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{issuer}:aud": "sts.amazonaws.com",
                f"{issuer}:sub": f"system:serviceaccount:kube-system:{account}",
            }
        },
    }


def test_a_role_has_a_name_that_is_known_beforehand(plan: Planner) -> None:
    for preview in (True, False):
        role = find(plan(preview=preview), "Role", "aws-ebs-csi-driver")
        assert role.inputs["name"] == "oneup-production-aws-ebs-csi-driver"


def test_every_role_is_bounded_where_the_settings_say_so(plan: Planner) -> None:
    roles = all_of(plan({"aws.permissionsBoundary": BOUNDARY}), "Role")
    assert len(roles) >= 4
    assert all(role.inputs["permissionsBoundary"] == BOUNDARY for role in roles)
    assert not [role for role in all_of(plan(), "Role") if "permissionsBoundary" in role.inputs]


def test_a_late_resource_is_known_as_soon_as_the_cloud_answers(plan: Planner) -> None:
    assert find(plan(preview=True), "RolePolicy", "aws-ebs-csi-driver").inputs["policy"] == UNKNOWN
    made = plan()
    key = find(made, "Key", "encryption").outputs["arn"]
    statements = json.loads(str(find(made, "RolePolicy", "aws-ebs-csi-driver").inputs["policy"]))["Statement"]
    assert [item["Resource"] for item in statements] == [[key], [key]]
    (granting,) = [item for item in statements if "kms:CreateGrant" in item["Action"]]
    assert granting["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}


def test_an_addon_waits_for_its_roles_rights(plan: Planner) -> None:
    made = plan()
    assert {
        "RolePolicy aws-ebs-csi-driver",
        "RolePolicyAttachment aws-ebs-csi-driver-AmazonEBSCSIDriverPolicy",
    } <= direct(made, find(made, "Addon", "aws-ebs-csi-driver"))
    addon = find(made, "Addon", "vpc-cni")
    assert addon.inputs["serviceAccountRoleArn"] == find(made, "Role", "vpc-cni").outputs["arn"]
    assert "RolePolicyAttachment vpc-cni-AmazonEKS_CNI_Policy" in direct(made, addon)


PROGRAM = Path(__file__).with_name("identity_program.py")


@pytest.fixture(scope="module")
def roles() -> Plan:
    return rehearsed(PROGRAM, read_stack_file(ROOT / "Pulumi.production.yaml"))


def test_a_policy_says_what_its_statements_say(roles: Plan) -> None:
    policy = json.loads(str(find(roles, "RolePolicy", "plain").inputs["policy"]))
    assert policy == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Plain",
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": ["arn:aws:s3:::mine/*"],
                "Condition": {"StringEquals": {"aws:ResourceTag/a": ["b", "c"]}},
            }
        ],
    }


def test_a_template_is_filled_with_its_fact(roles: Plan) -> None:
    (statement,) = json.loads(str(find(roles, "RolePolicy", "late").inputs["policy"]))["Statement"]
    vpc = find(roles, "Vpc", "vpc").id
    assert statement["Resource"] == [f"arn:aws:ec2:eu-central-1:444455556666:vpc/{vpc}"]


def test_the_role_belongs_to_its_addon_and_trusts_its_namespace(roles: Plan) -> None:
    role = find(roles, "Role", "plain")
    assert role.parent.endswith("test:index:Parent::parent")
    condition = cast("dict[str, dict[str, str]]", trust(roles, "plain")["Condition"])
    assert "system:serviceaccount:shop:till" in condition["StringEquals"].values()


def statement(actions: int = 1, resource: str | DeferredOutput = "arn:aws:s3:::mine") -> Statement:
    return Statement(sid="S", actions=("s3:GetObject",) * actions, resources=(resource,))


@pytest.mark.parametrize(
    ("identity", "message"),
    [
        (Identity(service_account="a"), "allows nothing"),
        (Identity(service_account="a", statements=(statement(1000),)), "characters"),
        (Identity(service_account="a", managed_policies=("arn",) * 11), "managed policies"),
    ],
)
def test_what_iam_would_refuse_is_refused_first(identity: Identity, message: str) -> None:
    with pytest.raises(ValueError, match=f"loki: .*{message}"):
        check_limits("loki", identity)


def test_a_late_value_counts_as_much_as_a_long_arn() -> None:
    plain = policy_size((statement(resource="x" * 120),))
    assert policy_size((statement(resource=DeferredOutput(FoundationOutput.CERTIFICATE_ARN)),)) == plain
    assert (
        policy_size((statement(resource=DeferredOutput(FoundationOutput.CERTIFICATE_ARN, "{}/*")),))
        == plain + 2
    )


def test_a_name_that_is_too_long_is_cut_and_stays_unique() -> None:
    long = [f"oneup-{'x' * 80}-{end}" for end in ("a", "b")]
    assert bounded("oneup-staging-loki", 64) == "oneup-staging-loki"
    cut = {bounded(name, 64) for name in long}
    assert len(cut) == 2
    assert all(len(name) == 64 and name.startswith("oneup-xxx") for name in cut)
