"""Who outlives whom: the reverse of what waits for what is the order of destruction."""

import json

import pytest

from oneup.plan import Plan, Resource
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, earlier, find, label

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
WITHOUT_PODS = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "eks-node-monitoring-agent")
INSIGHTS = "amazon-cloudwatch-observability"
ON = {"cluster.containerInsights": True, "audit": {"guardDuty": True}}
"""Switches for every addon of EKS that the stack can have."""

WITH_PODS = ("coredns", "snapshot-controller", "aws-ebs-csi-driver", INSIGHTS, "aws-guardduty-agent")


def groups(plan: Plan) -> tuple[Resource, ...]:
    found = all_of(plan, "NodeGroup")
    assert len(found) == 2
    return found


def test_the_configured_cni_comes_before_every_node_and_outlives_it(plan: Planner) -> None:
    made = plan()
    cni = find(made, "Addon", "vpc-cni").inputs
    assert json.loads(str(cni["configurationValues"])) == {
        "enableNetworkPolicy": "true",
        "env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"},
    }
    assert all("Addon vpc-cni" in direct(made, nodes) for nodes in groups(made))


def test_without_prefix_delegation_network_policies_stay(plan: Planner) -> None:
    made = plan({"cluster.prefixDelegation": False})
    assert find(made, "Addon", "vpc-cni").inputs["configurationValues"] == '{"enableNetworkPolicy":"true"}'


def test_nodes_come_after_their_rights_and_their_ways_out_and_go_before_them(plan: Planner) -> None:
    made = plan()
    wanted = {
        "RolePolicyAttachment node-AmazonEKSWorkerNodePolicy",
        "RolePolicyAttachment node-AmazonEC2ContainerRegistryPullOnly",
        "RolePolicyAttachment node-AmazonSSMManagedInstanceCore",
        "Route public",
        *(f"Route private-{zone}" for zone in ZONES),
        *(f"RouteTableAssociation private-{zone}" for zone in ZONES),
        *(f"RouteTableAssociation public-{zone}" for zone in ZONES),
        *(label(endpoint) for endpoint in all_of(made, "VpcEndpoint")),
        "SecurityGroupIngressRule endpoints-https-from-vpc",
    }
    for nodes in groups(made):
        assert wanted <= direct(made, nodes)
        assert {"InternetGateway internet", *(f"NatGateway nat-{zone}" for zone in ZONES)} <= earlier(
            made, nodes
        )


def test_without_nat_nodes_still_wait_for_the_endpoints(plan: Planner) -> None:
    named = ["ecr.api", "ecr.dkr", "sts", "ec2", "elasticloadbalancing"]
    made = plan({**ON, "network.nat": "none", "network.interfaceEndpoints": named})
    endpoints = {label(endpoint) for endpoint in all_of(made, "VpcEndpoint")}
    assert endpoints == {f"VpcEndpoint {name}" for name in (*named, "s3-gateway", "guardduty-data")}
    assert all(endpoints <= direct(made, nodes) for nodes in groups(made))


@pytest.mark.parametrize("name", WITH_PODS)
def test_an_addon_with_pods_waits_for_every_node_group(plan: Planner, name: str) -> None:
    made = plan(ON)
    assert {label(nodes) for nodes in groups(made)} <= direct(made, find(made, "Addon", name))


@pytest.mark.parametrize("name", WITHOUT_PODS)
def test_an_addon_without_pods_waits_for_no_node(plan: Planner, name: str) -> None:
    made = plan()
    before = earlier(made, find(made, "Addon", name))
    assert not {other for other in before if other.startswith(("NodeGroup", "LaunchTemplate", "Addon"))}


def test_drivers_wait_for_names_and_volumes_for_snapshots(plan: Planner) -> None:
    made = plan()
    # The snapshot controller speaks to the API server alone, whose address it is given.
    assert "Addon coredns" not in earlier(made, find(made, "Addon", "snapshot-controller"))
    assert {"Addon coredns", "Addon snapshot-controller"} <= direct(
        made, find(made, "Addon", "aws-ebs-csi-driver")
    )


def test_every_eks_addon_is_ours_and_needs_the_cluster(plan: Planner) -> None:
    made = plan(ON)
    cluster = find(made, "Cluster", "cluster")
    addons = {addon.name: addon for addon in all_of(made, "Addon")}
    assert set(addons) == {*WITHOUT_PODS, *WITH_PODS}
    for addon in addons.values():
        assert addon.parent == cluster.parent
        assert cluster.urn in addon.dependencies
        assert addon.inputs["addonName"] == addon.name
        assert addon.custom_timeouts == {"create": 1200, "update": 1200, "delete": 2400}
        assert (addon.inputs["resolveConflictsOnCreate"], addon.inputs["resolveConflictsOnUpdate"]) == (
            "OVERWRITE",
            "OVERWRITE",
        )
        assert not addon.protect


def test_the_control_plane_does_not_wait_for_the_way_out(plan: Planner) -> None:
    """Nine minutes of EKS and two of NAT go side by side."""
    made = plan()
    before = earlier(made, find(made, "Cluster", "cluster"))
    slow = ("NatGateway", "Eip", "Route ", "VpcEndpoint", "NodeGroup", "FlowLog", "Bucket", "LaunchTemplate")
    assert not {other for other in before if other.startswith(slow)}


def test_the_control_plane_waits_for_what_it_needs_and_nothing_else(plan: Planner) -> None:
    made = plan()
    assert direct(made, find(made, "Cluster", "cluster")) == {
        "Key encryption",
        "LogGroup control-plane",
        "Role control-plane",
        "RolePolicy control-plane",
        "RolePolicyAttachment control-plane-AmazonEKSClusterPolicy",
        "Subnet private-eu-central-1a",
        "Subnet private-eu-central-1b",
        "Vpc vpc",
    }


def test_nodes_wait_for_no_addon_but_the_cni(plan: Planner) -> None:
    made = plan()
    for nodes in groups(made):
        assert {other for other in earlier(made, nodes) if other.startswith("Addon ")} == {"Addon vpc-cni"}
        assert not {other for other in direct(made, nodes) if "isolated" in other}


def test_the_cluster_outlives_its_nodes_and_is_outlived_by_its_log_group(plan: Planner) -> None:
    made = plan()
    for nodes in groups(made):
        assert {"Cluster cluster", "LogGroup control-plane"} <= earlier(made, nodes)


def test_nothing_waits_for_flow_logs(plan: Planner) -> None:
    made = plan()
    waiting = [
        label(resource) for resource in made.resources if "FlowLog flow-logs" in direct(made, resource)
    ]
    assert waiting == []


def test_both_passes_wait_for_the_same(plan: Planner) -> None:
    """What is unknown at first must not hide an edge."""
    first, second = plan(preview=True), plan()
    assert [resource.urn for resource in first.resources] == [resource.urn for resource in second.resources]
    edges = [(resource.urn, resource.dependencies) for resource in first.resources]
    assert edges == [(resource.urn, resource.dependencies) for resource in second.resources]
