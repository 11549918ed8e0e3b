"""The control plane: what is switched off in the component, what comes before it, who may enter."""

import json
from typing import cast

import pulumi
import pytest

from oneup.foundation.access import AccessGrant, AccessLevel, access_grants
from oneup.foundation.cluster import without_creator_admin
from oneup.plan import UNKNOWN, JsonMap
from oneup.settings.cluster import Access
from tests.unit.foundation.conftest import OTHERWISE, Planner
from tests.unit.foundation.graph import all_of, direct, earlier, find

ACCOUNT = "444455556666"
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/deployer"


def role(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def test_the_component_adds_nothing_of_its_own(plan: Planner) -> None:
    cluster = find(plan(), "Cluster", "cluster").inputs
    assert cluster["bootstrapSelfManagedAddons"] is False
    assert cluster["useDefaultVpcCni"] is True
    for addon in ("corednsAddonOptions", "kubeProxyAddonOptions"):
        assert cast("JsonMap", cluster[addon])["enabled"] is False
    assert cluster["skipDefaultNodeGroup"] is True
    assert cluster["skipDefaultSecurityGroups"] is True
    assert cluster["createInstanceRole"] is False
    assert cluster["storageClasses"] == {}


def test_the_settings_reach_the_control_plane(plan: Planner) -> None:
    made = plan(OTHERWISE)
    cluster = find(made, "Cluster", "cluster").inputs
    assert cluster["name"] == "oneup-production"
    assert cluster["version"] == "1.35"
    assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
    assert cluster["enabledClusterLogTypes"] == ["audit"]
    assert (cluster["endpointPublicAccess"], cluster["endpointPrivateAccess"]) == (True, True)
    assert cluster["publicAccessCidrs"] == ["203.0.113.7/32"]
    assert find(made, "LogGroup", "control-plane").inputs["retentionInDays"] == 7


def test_a_private_endpoint_has_no_list_of_public_sources(plan: Planner) -> None:
    made = plan({"cluster.endpoint": {"public": False, "private": True, "allowedCidrs": []}})
    cluster = find(made, "Cluster", "cluster").inputs
    assert (cluster["endpointPublicAccess"], cluster["endpointPrivateAccess"]) == (False, True)
    assert "publicAccessCidrs" not in cluster


def test_the_log_group_is_there_before_the_cluster_and_is_encrypted(plan: Planner) -> None:
    made = plan()
    group = find(made, "LogGroup", "control-plane")
    assert group.inputs["name"] == "/aws/eks/oneup-production/cluster"
    assert group.inputs["kmsKeyId"] == find(made, "Key", "encryption").outputs["arn"]
    assert "LogGroup control-plane" in direct(made, find(made, "Cluster", "cluster"))


def test_the_control_plane_has_its_rights_before_it_starts(plan: Planner) -> None:
    made = plan()
    assert {
        "RolePolicyAttachment control-plane-AmazonEKSClusterPolicy",
        "RolePolicy control-plane",
    } <= direct(made, find(made, "Cluster", "cluster"))


def test_secrets_are_encrypted_with_a_key_that_turns_and_that_our_log_groups_may_use(plan: Planner) -> None:
    made = plan()
    key = find(made, "Key", "encryption")
    assert find(made, "Cluster", "cluster").inputs["encryptionConfigKeyArn"] == key.outputs["arn"]
    assert key.inputs["enableKeyRotation"] is True
    statements = json.loads(str(key.inputs["policy"]))["Statement"]
    (logging,) = [item for item in statements if item["Sid"] == "CloudWatchEncryptsOurLogGroups"]
    assert logging["Principal"]["Service"] == "logs.eu-central-1.amazonaws.com"
    allowed = logging["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert allowed == [
        f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/aws/*/oneup-production/*",
        f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/oneup-production/*",
        f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:aws-waf-logs-oneup-production",
    ]


def test_a_given_key_is_used_and_none_is_made(plan: Planner) -> None:
    given = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234"
    made = plan({"cluster.kmsKey": given, "storage": {}})
    assert all_of(made, "Key") == ()
    assert find(made, "Cluster", "cluster").inputs["encryptionConfigKeyArn"] == given
    assert find(made, "LogGroup", "control-plane").inputs["kmsKeyId"] == given


def test_deletion_protection_covers_what_carries_everything_else(plan: Planner) -> None:
    made = plan()
    kept = {resource.name for resource in made.resources if resource.protect}
    stores = {one.name for kind in ("Repository", "Bucket") for one in all_of(made, kind)}
    assert kept == {"encryption", "copy", "vpc", "cluster", *stores}
    assert find(plan(), "Cluster", "cluster").inputs["deletionProtection"] is True
    loose = plan({"cluster.deletionProtection": False})
    assert not [resource.name for resource in loose.resources if resource.protect]


@pytest.mark.parametrize("given", [True, False])
def test_whoever_creates_the_cluster_is_no_hidden_administrator(given: bool) -> None:
    opts = pulumi.ResourceOptions(protect=True)
    props = {
        "name": "oneup-production",
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": given,
        },
    }
    args = pulumi.ResourceTransformArgs(
        custom=True, type_="aws:eks/cluster:Cluster", name="c", props=props, opts=opts
    )
    result = without_creator_admin(args)
    assert result is not None
    assert result.opts is opts
    assert result.props == {
        "name": "oneup-production",
        "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
    }


def test_nothing_but_the_cluster_is_transformed() -> None:
    args = pulumi.ResourceTransformArgs(
        custom=True, type_="aws:eks/addon:Addon", name="a", props={}, opts=pulumi.ResourceOptions()
    )
    assert without_creator_admin(args) is None


def test_each_principal_is_admitted_once_at_its_highest_level() -> None:
    access = Access(
        admins=(role("a"), DEPLOYER, role("a")),
        developers=(role("b"), role("a")),
        viewers=(role("c"), role("b"), DEPLOYER),
    ).model_copy(update={"monitoring_readers": (role("c"), role("d"))})
    assert access_grants(access, DEPLOYER) == (
        AccessGrant(DEPLOYER, AccessLevel.ADMIN),
        AccessGrant(role("a"), AccessLevel.ADMIN),
        AccessGrant(role("b"), AccessLevel.DEVELOPER),
        AccessGrant(role("c"), AccessLevel.VIEWER),
        AccessGrant(role("d"), AccessLevel.MONITORING),
    )


def test_access_is_by_entries_alone(plan: Planner) -> None:
    made = plan({"aws.roleArn": DEPLOYER, "delivery": None})
    assert find(made, "Cluster", "cluster").inputs["authenticationMode"] == "API"
    admitted = {
        str(entry.inputs["principalArn"]): entry.inputs["kubernetesGroups"]
        for entry in all_of(made, "AccessEntry")
    }
    assert admitted == {
        DEPLOYER: ["platform-admin"],
        role("platform-admin"): ["platform-admin"],
        role("platform-developer"): ["platform-developer"],
        role("platform-viewer"): ["platform-viewer"],
    }
    policies = {
        str(item.inputs["principalArn"]): str(item.inputs["policyArn"]).rsplit("/", 1)[-1]
        for item in all_of(made, "AccessPolicyAssociation")
    }
    assert policies == {
        DEPLOYER: "AmazonEKSClusterAdminPolicy",
        role("platform-admin"): "AmazonEKSClusterAdminPolicy",
    }


def test_a_new_level_changes_the_entry_in_place(plan: Planner) -> None:
    before, promoted = plan(), plan(OTHERWISE)
    name = f"{ACCOUNT}-role-platform-viewer"
    assert find(before, "AccessEntry", name).urn == find(promoted, "AccessEntry", name).urn
    assert find(promoted, "AccessEntry", name).inputs["kubernetesGroups"] == ["platform-developer"]


def test_karpenter_finds_the_one_security_group(plan: Planner) -> None:
    made = plan()
    tag = find(made, "Tag", "karpenter-discovery").inputs
    assert tag["resourceId"] == find(made, "Cluster", "cluster").outputs["clusterSecurityGroupId"]
    assert (tag["key"], tag["value"]) == ("karpenter.sh/discovery", "oneup-production")


def test_no_security_group_of_ours_carries_the_cluster_tag(plan: Planner) -> None:
    groups = all_of(plan(), "SecurityGroup") + all_of(plan(), "DefaultSecurityGroup")
    assert groups
    assert not [group.name for group in groups if "kubernetes.io/cluster/" in json.dumps(group.inputs)]


def test_a_first_preview_knows_neither_endpoint_nor_key(plan: Planner) -> None:
    made = plan(preview=True)
    assert find(made, "Cluster", "cluster").inputs["encryptionConfigKeyArn"] == UNKNOWN
    assert find(made, "kubernetes", "kubernetes").inputs["kubeconfig"] == UNKNOWN


def test_the_administrators_outlive_everything_in_the_cluster(plan: Planner) -> None:
    made = plan()
    provider = find(made, "kubernetes", "kubernetes")
    assert f"AccessPolicyAssociation {ACCOUNT}-role-platform-admin" in earlier(made, provider)
