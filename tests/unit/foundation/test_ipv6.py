"""IPv6: a dual-stack network below, IPv6 pods above, and the rest as it was."""

import json

import pytest

from oneup.plan import Plan, Resource
from oneup.policy import violations
from tests.support.plans import RehearseWith
from tests.unit.foundation.graph import all_of, earlier, find


@pytest.fixture(scope="module")
def plan(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with("staging", network={"ipv6": True, "interfaceEndpoints": ["sts"]})


def over_ipv6(plan: Plan) -> dict[str, Resource]:
    routes = all_of(plan, "Route")
    return {route.name: route for route in routes if route.inputs.get("destinationIpv6CidrBlock") == "::/0"}


def test_no_rule_is_broken(plan: Plan) -> None:
    assert [one for one in violations(plan) if one.severity == "mandatory"] == []


def test_only_what_speaks_of_addresses_changes(staging: Plan, plan: Plan) -> None:
    before = {resource.urn: resource.inputs for resource in staging.resources}
    changed = {
        one.type.rpartition(":")[2]
        for one in plan.resources
        if one.urn in before and one.inputs != before[one.urn]
    }
    assert changed - {"NetworkPolicy"} == {
        "Vpc", "Subnet", "Cluster", "Role", "Addon", "IngressClassParams"
    }  # fmt: skip


def test_every_subnet_has_a_block_of_its_own_inside_the_vpcs(plan: Plan) -> None:
    assert find(plan, "Vpc", "vpc").inputs["assignGeneratedIpv6CidrBlock"] is True
    blocks = [str(subnet.inputs["ipv6CidrBlock"]) for subnet in all_of(plan, "Subnet")]
    assert len(set(blocks)) == 9
    assert all(block.startswith("2001:db8:1234:1a") and block.endswith("::/64") for block in blocks)
    assert all(subnet.inputs["assignIpv6AddressOnCreation"] for subnet in all_of(plan, "Subnet"))


def test_private_subnets_let_nobody_in_and_isolated_ones_nothing_out(plan: Plan) -> None:
    routes = over_ipv6(plan)
    gateway = find(plan, "EgressOnlyInternetGateway", "egress-ipv6")
    zones = ("eu-central-1a", "eu-central-1b", "eu-central-1c")
    private = {f"private-{zone}-ipv6" for zone in zones}
    assert routes.keys() == {"public-ipv6", *private}
    assert all("egressOnlyGatewayId" in routes[name].inputs for name in private)
    assert "gatewayId" in routes["public-ipv6"].inputs
    nodes = earlier(plan, find(plan, "NodeGroup", "workers"))
    assert {f"EgressOnlyInternetGateway {gateway.name}", *(f"Route {name}" for name in private)} <= nodes


def test_the_cluster_and_its_cni_give_ipv6_addresses(plan: Plan) -> None:
    cluster = find(plan, "Cluster", "cluster")
    assert cluster.inputs["ipFamily"] == "ipv6"
    assert "kubernetesServiceIpAddressRange" not in cluster.inputs
    said = json.loads(str(find(plan, "Addon", "vpc-cni").inputs["configurationValues"]))
    assert said["env"] == {"ENABLE_PREFIX_DELEGATION": "true", "ENABLE_IPv4": "false", "ENABLE_IPv6": "true"}
    policy = json.loads(str(find(plan, "RolePolicy", "vpc-cni").inputs["policy"]))
    allowed = {action for clause in policy["Statement"] for action in clause["Action"]}
    assert allowed >= {"ec2:AssignIpv6Addresses", "ec2:CreateTags"}
    assert not [one for one in all_of(plan, "RolePolicyAttachment") if one.name.startswith("vpc-cni")]


def test_balancers_and_endpoints_answer_to_both(plan: Plan) -> None:
    for params in all_of(plan, "IngressClassParams"):
        assert "'ipAddressType': 'dualstack'" in str(params.inputs["spec"])
    rule = find(plan, "SecurityGroupIngressRule", "endpoints-https-from-vpc-over-ipv6")
    assert rule.inputs["cidrIpv6"] == find(plan, "Vpc", "vpc").outputs["ipv6CidrBlock"]
