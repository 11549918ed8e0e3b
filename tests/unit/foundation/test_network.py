"""The network: what lies in which subnet, and who gets out which way."""

import json
from ipaddress import IPv4Network

import pytest

from oneup.plan import Plan, Resource
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, find

ZONES = ("eu-central-1a", "eu-central-1b", "eu-central-1c")


def route_of(plan: Plan, table: Resource) -> Resource | None:
    """The default route of a route table."""
    routes = [route for route in all_of(plan, "Route") if route.inputs["routeTableId"] == table.id]
    assert len(routes) < 2
    return routes[0] if routes else None


def gateway_zone(plan: Plan, zone: str) -> str | None:
    """The zone of the NAT gateway that a zone's private subnet uses; None where it uses none."""
    route = route_of(plan, find(plan, "RouteTable", f"private-{zone}"))
    if route is None:
        return None
    gateway = next(nat for nat in all_of(plan, "NatGateway") if nat.id == route.inputs["natGatewayId"])
    subnet = next(subnet for subnet in all_of(plan, "Subnet") if subnet.id == gateway.inputs["subnetId"])
    assert subnet.name == f"public-{subnet.inputs['availabilityZone']}"
    return str(subnet.inputs["availabilityZone"])


@pytest.mark.parametrize(
    ("nat", "expected"),
    [
        ("none", dict.fromkeys(ZONES)),
        ("single", dict.fromkeys(ZONES, ZONES[0])),
        ("per-zone", {zone: zone for zone in ZONES}),
    ],
)
def test_private_subnets_leave_by_the_gateway_that_the_setting_names(
    plan: Planner, nat: str, expected: dict[str, str | None]
) -> None:
    made = plan({"network.nat": nat})
    assert {zone: gateway_zone(made, zone) for zone in ZONES} == expected
    gateways = {zone for zone in expected.values() if zone}
    assert len(all_of(made, "NatGateway")) == len(all_of(made, "Eip")) == len(gateways)


def test_each_subnet_is_on_the_route_table_of_its_tier_and_zone(plan: Planner) -> None:
    made = plan()
    names = {table.id: table.name for table in all_of(made, "RouteTable")}
    subnets = {subnet.id: subnet.name for subnet in all_of(made, "Subnet")}
    joined = {
        subnets[str(association.inputs["subnetId"])]: names[str(association.inputs["routeTableId"])]
        for association in all_of(made, "RouteTableAssociation")
    }
    expected = {f"{tier}-{zone}": f"{tier}-{zone}" for tier in ("private", "isolated") for zone in ZONES}
    assert joined == {**expected, **{f"public-{zone}": "public" for zone in ZONES}}


def test_isolated_subnets_have_no_way_to_the_internet(plan: Planner) -> None:
    made = plan()
    assert all(route_of(made, find(made, "RouteTable", f"isolated-{zone}")) is None for zone in ZONES)


def test_only_the_public_route_table_leads_to_the_internet_gateway(plan: Planner) -> None:
    made = plan()
    public = find(made, "RouteTable", "public")
    through = [route for route in all_of(made, "Route") if "gatewayId" in route.inputs]
    assert [route.inputs["routeTableId"] for route in through] == [public.id]
    assert through[0].inputs["gatewayId"] == find(made, "InternetGateway", "internet").id


def test_subnets_are_disjoint_and_inside_the_vpc(plan: Planner) -> None:
    made = plan()
    vpc = IPv4Network(str(find(made, "Vpc", "vpc").inputs["cidrBlock"]))
    blocks = [IPv4Network(str(subnet.inputs["cidrBlock"])) for subnet in all_of(made, "Subnet")]
    assert len(blocks) == 9
    assert all(block.subnet_of(vpc) for block in blocks)
    assert not any(a.overlaps(b) for i, a in enumerate(blocks) for b in blocks[i + 1 :])


def test_nothing_but_nat_gateways_uses_public_subnets(plan: Planner) -> None:
    made = plan()
    public = {subnet.id for subnet in all_of(made, "Subnet") if subnet.name.startswith("public-")}
    users = {
        resource.type
        for resource in made.resources
        if any(f'"{subnet}"' in json.dumps(resource.inputs) for subnet in public)
    }
    assert users == {"aws:ec2/natGateway:NatGateway", "aws:ec2/routeTableAssociation:RouteTableAssociation"}
    assert all(subnet.inputs["mapPublicIpOnLaunch"] is False for subnet in all_of(made, "Subnet"))


def test_load_balancers_and_karpenter_find_their_subnets_by_tags(plan: Planner) -> None:
    roles = {"kubernetes.io/role/elb", "kubernetes.io/role/internal-elb", "karpenter.sh/discovery"}
    found = {
        subnet.name.split("-")[0]: {key: tag for key, tag in tags.items() if key in roles}
        for subnet in all_of(plan(), "Subnet")
        if isinstance(tags := subnet.inputs["tags"], dict)
    }
    assert found == {
        "public": {"kubernetes.io/role/elb": "1"},
        "private": {"kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": "oneup-production"},
        "isolated": {},
    }


def test_a_zone_that_is_added_changes_nothing_of_the_others(plan: Planner) -> None:
    two = plan({"network.zones": list(ZONES[:2])})
    three = plan()
    after = {resource.urn: resource for resource in three.resources}
    of_zones = {zone: {r.urn for r in two.resources if r.name.endswith(zone)} for zone in ZONES[:2]}
    assert [len(urns) for urns in of_zones.values()] == [13, 13]
    assert all(after[r.urn] == r for r in two.resources if r.name.endswith(ZONES[:2]))
    added = after.keys() - {resource.urn for resource in two.resources}
    assert added == {urn.replace(ZONES[0], ZONES[2]) for urn in of_zones[ZONES[0]]}


def test_the_control_plane_stays_where_it_is_when_a_zone_is_added(plan: Planner) -> None:
    two = find(plan({"network.zones": list(ZONES[:2])}), "Cluster", "cluster")
    assert find(plan(), "Cluster", "cluster") == two


def test_the_gateway_to_s3_serves_every_private_and_isolated_subnet(plan: Planner) -> None:
    made = plan({"network.interfaceEndpoints": [], "audit.guardDuty": False})
    (endpoint,) = all_of(made, "VpcEndpoint")
    tables = {table.id for table in all_of(made, "RouteTable") if table.name != "public"}
    assert endpoint.inputs["vpcEndpointType"] == "Gateway"
    assert set(endpoint.inputs["routeTableIds"]) == tables  # pyright: ignore[reportArgumentType] - a list of ids
    assert not all_of(made, "SecurityGroup")


def test_interface_endpoints_answer_the_vpc_on_443_and_nobody_else(plan: Planner) -> None:
    made = plan({"network.interfaceEndpoints": ["ecr.api", "sts"], "audit": {"guardDuty": True}})
    (group,) = all_of(made, "SecurityGroup")
    (rule,) = all_of(made, "SecurityGroupIngressRule")
    assert not {"ingress", "egress"} & set(group.inputs)
    assert rule.inputs["securityGroupId"] == group.id
    assert rule.inputs["description"]
    assert [rule.inputs[key] for key in ("cidrIpv4", "ipProtocol", "fromPort", "toPort")] == [
        "10.1.0.0/16",
        "tcp",
        443,
        443,
    ]
    interfaces = [
        item for item in all_of(made, "VpcEndpoint") if item.inputs["vpcEndpointType"] == "Interface"
    ]
    private = [find(made, "Subnet", f"private-{zone}").id for zone in ZONES]
    assert {item.name for item in interfaces} == {
        "ecr.api", "sts",
        # For the agent of GuardDuty.
        "guardduty-data",
    }  # fmt: skip
    for item in interfaces:
        assert item.inputs["serviceName"] == f"com.amazonaws.eu-central-1.{item.name}"
        assert item.inputs["securityGroupIds"] == [group.id]
        assert item.inputs["subnetIds"] == private
        assert item.inputs["privateDnsEnabled"] is True


def test_the_default_security_group_has_no_rules(plan: Planner) -> None:
    made = plan()
    group = find(made, "DefaultSecurityGroup", "default")
    assert group.inputs["vpcId"] == find(made, "Vpc", "vpc").id
    assert not {"ingress", "egress"} & set(group.inputs)


def test_nat_gateways_come_after_the_way_to_the_internet_and_go_before_it(plan: Planner) -> None:
    made = plan()
    for nat in all_of(made, "NatGateway"):
        zone = nat.name.removeprefix("nat-")
        assert {"Route public", f"RouteTableAssociation public-{zone}"} <= direct(made, nat)
