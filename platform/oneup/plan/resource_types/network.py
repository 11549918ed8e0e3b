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
    ResourceType(
        VPC,
        cloudformation="AWS::EC2::VPC",
        actions=("ec2:AssociateVpcCidrBlock", "ec2:DisassociateVpcCidrBlock"),
        unneeded=("ec2:CreateVpcEncryptionControl",),
        seconds=12,
        simulate=_vpc,
        replaces=("cidrBlock",),
    ),
    ResourceType(
        SUBNET,
        cloudformation="AWS::EC2::Subnet",
        seconds=12,
        simulate=ec2_resource("subnet", "subnet"),
        replaces=("availabilityZone", "cidrBlock", "ipv6Native", "vpcId"),
    ),
    ResourceType(
        INTERNET_GATEWAY,
        cloudformation="AWS::EC2::InternetGateway",
        actions=("ec2:AttachInternetGateway", "ec2:DetachInternetGateway"),
        seconds=3,
        simulate=ec2_resource("igw", "internet-gateway"),
        replaces=("vpcId",),
    ),
    ResourceType(
        EGRESS_ONLY_GATEWAY, cloudformation="AWS::EC2::EgressOnlyInternetGateway", replaces=("vpcId",)
    ),
    ResourceType(
        EIP,
        cloudformation="AWS::EC2::EIP",
        unneeded=("ec2:AcceptAddressTransfer",),
        simulate=ec2_resource("eipalloc", "elastic-ip", publicIp="198.51.100.10"),
        replaces=("domain",),
    ),
    ResourceType(
        NAT_GATEWAY,
        cloudformation="AWS::EC2::NatGateway",
        seconds=110,
        timeouts={"create": 600, "update": 600, "delete": 1800},
        simulate=ec2_resource("nat", "natgateway", publicIp="198.51.100.10"),
        replaces=("allocationId", "subnetId", "connectivityType"),
    ),
    ResourceType(
        ROUTE_TABLE,
        cloudformation="AWS::EC2::RouteTable",
        seconds=2,
        simulate=ec2_resource("rtb", "route-table"),
        replaces=("vpcId",),
    ),
    ResourceType(
        ROUTE,
        cloudformation="AWS::EC2::Route",
        taggable=False,
        seconds=2,
        replaces=("routeTableId", "destinationCidrBlock", "destinationIpv6CidrBlock"),
    ),
    ResourceType(
        ROUTE_TABLE_ASSOCIATION,
        cloudformation="AWS::EC2::SubnetRouteTableAssociation",
        taggable=False,
        seconds=2,
        replaces=("subnetId",),
    ),
    ResourceType(MAIN_ROUTE_TABLE_ASSOCIATION, taggable=False),
    ResourceType(
        VPC_ENDPOINT,
        cloudformation="AWS::EC2::VPCEndpoint",
        unneeded=("vpc-lattice:*", "vpce:*"),
        has_resource_policy=True,
        seconds=60,
        simulate=ec2_resource("vpce", "vpc-endpoint"),
        replaces=("serviceName", "vpcEndpointType", "vpcId"),
    ),
    ResourceType(ENDPOINT_ROUTE_TABLE_ASSOCIATION, taggable=False),
    ResourceType(
        SECURITY_GROUP,
        cloudformation="AWS::EC2::SecurityGroup",
        seconds=5,
        simulate=ec2_resource("sg", "security-group"),
        replaces=("name", "description", "vpcId"),
    ),
    ResourceType(
        DEFAULT_SECURITY_GROUP,
        actions=(
            "ec2:AuthorizeSecurityGroupEgress",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:CreateTags",
            "ec2:DeleteTags",
            "ec2:DescribeSecurityGroups",
            "ec2:RevokeSecurityGroupEgress",
            "ec2:RevokeSecurityGroupIngress",
        ),
        replaces=("vpcId",),
    ),
    ResourceType(SECURITY_GROUP_RULE, taggable=False),
    ResourceType(
        INGRESS_RULE,
        cloudformation="AWS::EC2::SecurityGroupIngress",
        actions=("ec2:CreateTags", "ec2:DeleteTags", "ec2:ModifySecurityGroupRules"),
        replaces=("securityGroupId",),
    ),
    ResourceType(EGRESS_RULE),
    ResourceType(
        FLOW_LOG,
        cloudformation="AWS::EC2::FlowLog",
        passes_roles_to=("vpc-flow-logs.amazonaws.com",),
        service_linked_roles=("delivery.logs.amazonaws.com",),
        replaces=(
            "vpcId",
            "trafficType",
            "logDestination",
            "logDestinationType",
            "iamRoleArn",
            "destinationOptions",
        ),
    ),
    ResourceType(
        EC2_TAG,
        actions=("ec2:CreateTags", "ec2:DeleteTags", "ec2:DescribeTags"),
        taggable=False,
        replaces=("resourceId", "key"),
    ),
)
