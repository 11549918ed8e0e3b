"""VPC, subnets, routes, gateways, endpoints, security groups."""

from typing import Final

from oneup.plan.resource_types.resource_type import ResourceType
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource, ec2_resource

VPC: Final = "aws:ec2/vpc:Vpc"
SUBNET: Final = "aws:ec2/subnet:Subnet"
INTERNET_GATEWAY: Final = "aws:ec2/internetGateway:InternetGateway"
EGRESS_ONLY_GATEWAY: Final = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
EIP: Final = "aws:ec2/eip:Eip"
NAT_GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
ROUTE_TABLE: Final = "aws:ec2/routeTable:RouteTable"
ROUTE: Final = "aws:ec2/route:Route"
ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
MAIN_ROUTE_TABLE_ASSOCIATION: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
VPC_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
ENDPOINT_ROUTE_TABLE_ASSOCIATION: Final = (
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
)
SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
SECURITY_GROUP_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
FLOW_LOG: Final = "aws:ec2/flowLog:FlowLog"
EC2_TAG: Final = "aws:ec2/tag:Tag"


def _vpc(made: SimulatedResource) -> Outputs:
    own = made.identifier("vpc")
    ipv6: Outputs = {"ipv6CidrBlock": "2001:db8:1234:1a00::/56"}
    return {
        **(ipv6 if made.inputs.get("assignGeneratedIpv6CidrBlock") else {}),
        "id": own,
        "arn": made.arn("ec2", f"vpc/{own}"),
        "defaultSecurityGroupId": made.identifier("sg", "/default"),
        "defaultRouteTableId": made.identifier("rtb", "/default"),
        "mainRouteTableId": made.identifier("rtb", "/default"),
        "defaultNetworkAclId": made.identifier("acl", "/default"),
    }


TYPES: Final = (
    ResourceType(VPC, seconds=12, simulate=_vpc, replaces=("cidrBlock",)),
    ResourceType(
        SUBNET,
        seconds=12,
        simulate=ec2_resource("subnet", "subnet"),
        replaces=("availabilityZone", "cidrBlock", "ipv6Native", "vpcId"),
    ),
    ResourceType(
        INTERNET_GATEWAY,
        seconds=3,
        simulate=ec2_resource("igw", "internet-gateway"),
        replaces=("vpcId",),
    ),
    ResourceType(EGRESS_ONLY_GATEWAY, replaces=("vpcId",)),
    ResourceType(
        EIP,
        simulate=ec2_resource("eipalloc", "elastic-ip", publicIp="198.51.100.10"),
        replaces=("domain",),
    ),
    ResourceType(
        NAT_GATEWAY,
        seconds=110,
        timeouts={"create": 600, "update": 600, "delete": 1800},
        simulate=ec2_resource("nat", "natgateway", publicIp="198.51.100.10"),
        replaces=("allocationId", "subnetId", "connectivityType"),
    ),
    ResourceType(
        ROUTE_TABLE,
        seconds=2,
        simulate=ec2_resource("rtb", "route-table"),
        replaces=("vpcId",),
    ),
    ResourceType(
        ROUTE,
        taggable=False,
        seconds=2,
        replaces=("routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock"),
    ),
    ResourceType(ROUTE_TABLE_ASSOCIATION, taggable=False, seconds=2, replaces=("subnetId",)),
    ResourceType(MAIN_ROUTE_TABLE_ASSOCIATION, taggable=False),
    ResourceType(
        VPC_ENDPOINT,
        has_resource_policy=True,
        seconds=60,
        simulate=ec2_resource("vpce", "vpc-endpoint"),
        replaces=("serviceName", "vpcEndpointType", "vpcId"),
    ),
    ResourceType(ENDPOINT_ROUTE_TABLE_ASSOCIATION, taggable=False),
    ResourceType(
        SECURITY_GROUP,
        seconds=5,
        simulate=ec2_resource("sg", "security-group"),
        replaces=("name", "description", "vpcId"),
    ),
    ResourceType(DEFAULT_SECURITY_GROUP, replaces=("vpcId",)),
    ResourceType(SECURITY_GROUP_RULE, taggable=False),
    ResourceType(INGRESS_RULE, replaces=("securityGroupId",)),
    ResourceType(EGRESS_RULE),
    ResourceType(
        FLOW_LOG,
        replaces=(
            "vpcId",
            "trafficType",
            "logDestination",
            "logDestinationType",
            "iamRoleArn",
            "destinationOptions",
        ),
    ),
    ResourceType(EC2_TAG, taggable=False, replaces=("resourceId", "key")),
)
