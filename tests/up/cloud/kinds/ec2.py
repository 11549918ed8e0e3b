"""EC2: the network, and the template of nodes."""

from oneup.plan import Json
from tests.up.cloud.kind import TOP, Call, Kind, Refusal, Setting, Tagging, Template

DEPENDENCY = "DependencyViolation"
INTERFACES = "NetworkInterfaces[].NetworkInterfaceId"
UNTAG: Template = {"Resources": ["$id"], "Tags": "$keys[].{Key: @}"}


def tagging(resource: str) -> Tagging:
    """Tags of one type of EC2's, given when it is made."""
    return Tagging(
        Call("CreateTags", {"Resources": ["$id"], "Tags": "$tags"}),
        Call("DeleteTags", UNTAG),
        member=f"TagSpecifications:{resource}",
    )


def where(name: str, value: str = "$id") -> Json:
    """One filter."""
    return {"Name": name, "Values": [value]}


def find(operation: str, result: str, *filters: Json) -> Call:
    """A search by filters."""
    return Call(operation, {"Filters": list(filters)}, result)


def interfaces(by: str) -> Refusal:
    """AWS keeps what network interfaces stand in; moto deletes it."""
    return Refusal(DEPENDENCY, find("DescribeNetworkInterfaces", INTERFACES, where(by)))


def arn(kind: str, key: str) -> str:
    """The ARN of what EC2 names by an id, which it does not tell."""
    return f"join('', ['arn:', partition, ':ec2:', region, ':', account, ':{kind}/', {key}])"


def attribute(name: str) -> Call:
    """One attribute of a VPC, each of which is a call of its own."""
    key = name[0].upper() + name[1:]
    return Call("DescribeVpcAttribute", {"VpcId": "$id", "Attribute": name}, f"{{{key}: {key}.Value}}")


def dns(name: str) -> Setting:
    """The change of one."""
    key = name[0].upper() + name[1:]
    return Setting((name,), Call("ModifyVpcAttribute", {"VpcId": "$id", key: {"Value": f"${name}"}}))


VPC = Kind(
    token="aws:ec2/vpc:Vpc",
    service="ec2",
    create=Call("CreateVpc", {"AmazonProvidedIpv6CidrBlock": "$assignGeneratedIpv6CidrBlock"}, "Vpc", TOP),
    id="VpcId",
    reads=(
        Call("DescribeVpcs", {"VpcIds": ["$id"]}, "Vpcs[0]"),
        attribute("enableDnsSupport"),
        attribute("enableDnsHostnames"),
        find(
            "DescribeSecurityGroups",
            "{DefaultSecurityGroupId: SecurityGroups[0].GroupId}",
            where("vpc-id"),
            where("group-name", "default"),
        ),
        find(
            "DescribeRouteTables",
            "RouteTables[0].{MainRouteTableId: RouteTableId, DefaultRouteTableId: RouteTableId}",
            where("vpc-id"),
            where("association.main", "true"),
        ),
        find(
            "DescribeNetworkAcls",
            "{DefaultNetworkAclId: NetworkAcls[0].NetworkAclId}",
            where("vpc-id"),
            where("default", "true"),
        ),
    ),
    delete=(Call("DeleteVpc", {"VpcId": "$id"}),),
    settings=(dns("enableDnsSupport"), dns("enableDnsHostnames")),
    finds={
        "assignGeneratedIpv6CidrBlock": "length(Ipv6CidrBlockAssociationSet || `[]`) > `0`",
        "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
        "ipv6AssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId",
        "arn": arn("vpc", "VpcId"),
    },
    tagging=tagging("vpc"),
    refusals=(
        Refusal(
            DEPENDENCY,
            find(
                "DescribeInternetGateways",
                "InternetGateways[].InternetGatewayId",
                where("attachment.vpc-id"),
            ),
        ),
        Refusal(
            DEPENDENCY,
            Call(
                "DescribeEgressOnlyInternetGateways",
                result="contains(EgressOnlyInternetGateways[].Attachments[].VpcId, id) && 'a gateway'",
            ),
        ),
        Refusal(
            DEPENDENCY,
            find("DescribeSecurityGroups", "SecurityGroups[?GroupName!='default'].GroupId", where("vpc-id")),
        ),
        Refusal(
            DEPENDENCY,
            find("DescribeVpcEndpoints", "VpcEndpoints[?State!='deleted'].VpcEndpointId", where("vpc-id")),
        ),
        interfaces("vpc-id"),
    ),
    listing=Call("DescribeVpcs", result="Vpcs[].VpcId"),
)

SUBNET = Kind(
    token="aws:ec2/subnet:Subnet",
    service="ec2",
    create=Call("CreateSubnet", result="Subnet", inputs=TOP),
    id="SubnetId",
    reads=(Call("DescribeSubnets", {"SubnetIds": ["$id"]}, "Subnets[0]"),),
    delete=(Call("DeleteSubnet", {"SubnetId": "$id"}),),
    settings=tuple(
        Setting(
            (key,),
            Call(
                "ModifySubnetAttribute", {"SubnetId": "$id", key[0].upper() + key[1:]: {"Value": f"${key}"}}
            ),
        )
        for key in ("mapPublicIpOnLaunch", "assignIpv6AddressOnCreation")
    ),
    finds={
        "arn": arn("subnet", "SubnetId"),
        "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
    },
    tagging=tagging("subnet"),
    refusals=(interfaces("subnet-id"),),
    listing=Call("DescribeSubnets", result="Subnets[].SubnetId"),
)

INTERNET_GATEWAY = Kind(
    token="aws:ec2/internetGateway:InternetGateway",
    service="ec2",
    create=Call("CreateInternetGateway", result="InternetGateway"),
    id="InternetGatewayId",
    after=(Call("AttachInternetGateway", {"InternetGatewayId": "$id", "VpcId": "$vpcId"}),),
    reads=(Call("DescribeInternetGateways", {"InternetGatewayIds": ["$id"]}, "InternetGateways[0]"),),
    # AWS lets no gateway go through which addresses of the VPC are mapped.
    refusals=(
        Refusal(
            DEPENDENCY,
            find(
                "DescribeNetworkInterfaces",
                "NetworkInterfaces[?Association.PublicIp].Association.PublicIp",
                where("vpc-id", "$vpcId"),
            ),
        ),
    ),
    delete=(
        Call(
            "DetachInternetGateway",
            {"InternetGatewayId": "$id", "VpcId": "$vpcId"},
            when="live.Attachments[0]",
        ),
        Call("DeleteInternetGateway", {"InternetGatewayId": "$id"}),
    ),
    finds={"vpcId": "Attachments[0].VpcId", "arn": arn("internet-gateway", "InternetGatewayId")},
    tagging=tagging("internet-gateway"),
    listing=Call("DescribeInternetGateways", result="InternetGateways[].InternetGatewayId"),
)

EGRESS_GATEWAY = Kind(
    token="aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    service="ec2",
    create=Call("CreateEgressOnlyInternetGateway", result="EgressOnlyInternetGateway", inputs=TOP),
    id="EgressOnlyInternetGatewayId",
    reads=(
        Call(
            "DescribeEgressOnlyInternetGateways",
            {"EgressOnlyInternetGatewayIds": ["$id"]},
            "EgressOnlyInternetGateways[0]",
        ),
    ),
    delete=(Call("DeleteEgressOnlyInternetGateway", {"EgressOnlyInternetGatewayId": "$id"}),),
    finds={"vpcId": "Attachments[0].VpcId"},
    tagging=tagging("egress-only-internet-gateway"),
    listing=Call(
        "DescribeEgressOnlyInternetGateways",
        result="EgressOnlyInternetGateways[].EgressOnlyInternetGatewayId",
    ),
)

ROUTE_TABLE = Kind(
    token="aws:ec2/routeTable:RouteTable",
    service="ec2",
    create=Call("CreateRouteTable", result="RouteTable", inputs=TOP),
    id="RouteTableId",
    reads=(Call("DescribeRouteTables", {"RouteTableIds": ["$id"]}, "RouteTables[0]"),),
    delete=(Call("DeleteRouteTable", {"RouteTableId": "$id"}),),
    # Routes come and go as resources of their own.
    finds={"arn": arn("route-table", "RouteTableId"), "routes": "`null`", "propagatingVgws": "`null`"},
    tagging=tagging("route-table"),
    listing=Call("DescribeRouteTables", result="RouteTables[].RouteTableId"),
)

_DESTINATION: Template = {
    "RouteTableId": "$routeTableId",
    "DestinationCidrBlock": "$destinationCidrBlock",
    "DestinationIpv6CidrBlock": "$destinationIpv6CidrBlock",
}
_ROUTE: Template = {
    **_DESTINATION,
    "GatewayId": "$gatewayId",
    "NatGatewayId": "$natGatewayId",
    "EgressOnlyInternetGatewayId": "$egressOnlyGatewayId",
}

ROUTE = Kind(
    token="aws:ec2/route:Route",
    service="ec2",
    create=Call("CreateRoute", _ROUTE),
    id="join('_', ['r', routeTableId, destinationCidrBlock || destinationIpv6CidrBlock])",
    reads=(
        Call(
            "DescribeRouteTables",
            {"RouteTableIds": ["$routeTableId"]},
            "pick(RouteTables[0].Routes, 'DestinationCidrBlock', destinationCidrBlock)[0]"
            " || pick(RouteTables[0].Routes, 'DestinationIpv6CidrBlock', destinationIpv6CidrBlock)[0]",
        ),
    ),
    delete=(Call("DeleteRoute", _DESTINATION),),
    update=(Call("ReplaceRoute", _ROUTE),),
    finds={"routeTableId": "routeTableId"},
    names={"egressOnlyGatewayId": "EgressOnlyInternetGatewayId"},
)

ROUTE_TABLE_ASSOCIATION = Kind(
    token="aws:ec2/routeTableAssociation:RouteTableAssociation",
    service="ec2",
    create=Call("AssociateRouteTable", inputs=TOP),
    id="AssociationId",
    reads=(
        find(
            "DescribeRouteTables",
            "pick(RouteTables[0].Associations, 'RouteTableAssociationId', id)[0]",
            where("association.route-table-association-id"),
        ),
    ),
    delete=(Call("DisassociateRouteTable", {"AssociationId": "$id"}),),
)

ADDRESS = Kind(
    token="aws:ec2/eip:Eip",
    service="ec2",
    create=Call("AllocateAddress", inputs=TOP),
    id="AllocationId",
    reads=(Call("DescribeAddresses", {"AllocationIds": ["$id"]}, "Addresses[0]"),),
    # AWS releases no address that an interface has; moto takes it away.
    refusals=(
        Refusal(
            "InvalidIPAddress.InUse",
            Call("DescribeAddresses", {"AllocationIds": ["$id"]}, "Addresses[?AssociationId].AssociationId"),
        ),
    ),
    delete=(Call("ReleaseAddress", {"AllocationId": "$id"}),),
    names={"instance": "InstanceId", "networkInterface": "NetworkInterfaceId"},
    # What the address is given to shows in the resource that it is given to.
    finds={
        "arn": arn("elastic-ip", "AllocationId"),
        **dict.fromkeys(
            ("associationId", "networkInterface", "instance", "privateIp", "privateDns"), "`null`"
        ),
    },
    tagging=tagging("elastic-ip"),
    listing=Call("DescribeAddresses", result="Addresses[].AllocationId"),
)

NAT_GATEWAY = Kind(
    token="aws:ec2/natGateway:NatGateway",
    service="ec2",
    create=Call("CreateNatGateway", result="NatGateway", inputs=TOP),
    id="NatGatewayId",
    reads=(Call("DescribeNatGateways", {"NatGatewayIds": ["$id"]}, "NatGateways[?State!='deleted'] | [0]"),),
    delete=(Call("DeleteNatGateway", {"NatGatewayId": "$id"}),),
    finds={
        "allocationId": "NatGatewayAddresses[0].AllocationId",
        "publicIp": "NatGatewayAddresses[0].PublicIp",
        "privateIp": "NatGatewayAddresses[0].PrivateIp",
        "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
        "associationId": "NatGatewayAddresses[0].AssociationId",
    },
    tagging=tagging("natgateway"),
    listing=Call("DescribeNatGateways", result="NatGateways[?State!='deleted'].NatGatewayId"),
)

VPC_ENDPOINT = Kind(
    token="aws:ec2/vpcEndpoint:VpcEndpoint",
    service="ec2",
    create=Call("CreateVpcEndpoint", result="VpcEndpoint", inputs=TOP),
    id="VpcEndpointId",
    reads=(
        Call("DescribeVpcEndpoints", {"VpcEndpointIds": ["$id"]}, "VpcEndpoints[?State!='deleted'] | [0]"),
    ),
    delete=(Call("DeleteVpcEndpoints", {"VpcEndpointIds": ["$id"]}),),
    update=(
        Call(
            "ModifyVpcEndpoint",
            {
                "VpcEndpointId": "$id",
                "PrivateDnsEnabled": "$privateDnsEnabled",
                "AddRouteTableIds": "$routeTableIds",
                "AddSubnetIds": "$subnetIds",
                "AddSecurityGroupIds": "$securityGroupIds",
            },
        ),
    ),
    finds={
        "securityGroupIds": "Groups[].GroupId",
        "arn": arn("vpc-endpoint", "VpcEndpointId"),
        "dnsEntries": "DnsEntries",
    },
    tagging=tagging("vpc-endpoint"),
    listing=Call("DescribeVpcEndpoints", result="VpcEndpoints[?State!='deleted'].VpcEndpointId"),
)

SECURITY_GROUP = Kind(
    token="aws:ec2/securityGroup:SecurityGroup",
    service="ec2",
    create=Call(
        "CreateSecurityGroup",
        {"GroupName": "$name", "Description": "$description || 'Managed by Pulumi'", "VpcId": "$vpcId"},
    ),
    id="GroupId",
    # AWS allows everything out of a new group; the provider takes that away.
    after=(
        Call(
            "RevokeSecurityGroupEgress",
            {
                "GroupId": "$id",
                "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
            },
        ),
    ),
    reads=(Call("DescribeSecurityGroups", {"GroupIds": ["$id"]}, "SecurityGroups[0]"),),
    refusals=(
        interfaces("group-id"),
        # moto gives an endpoint's interfaces no group.
        Refusal(
            DEPENDENCY,
            Call(
                "DescribeVpcEndpoints",
                result="contains(VpcEndpoints[?State!='deleted'].Groups[].GroupId, id) && 'an endpoint'",
            ),
        ),
        Refusal(
            DEPENDENCY,
            find(
                "DescribeSecurityGroups",
                "SecurityGroups[].GroupId",
                where("ip-permission.group-id"),
            ),
        ),
    ),
    delete=(Call("DeleteSecurityGroup", {"GroupId": "$id"}),),
    names={"name": "GroupName"},
    # Rules come and go as resources of their own.
    finds={"arn": arn("security-group", "GroupId"), "ingress": "`null`", "egress": "`null`"},
    autoname="name",
    tagging=tagging("security-group"),
    listing=Call("DescribeSecurityGroups", result="SecurityGroups[].GroupId"),
)

DEFAULT_SECURITY_GROUP = Kind(
    token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    service="ec2",
    # Taken over, and emptied.
    create=find(
        "DescribeSecurityGroups",
        "SecurityGroups[0]",
        where("vpc-id", "$vpcId"),
        where("group-name", "default"),
    ),
    id="GroupId",
    after=(
        Call(
            "RevokeSecurityGroupIngress",
            {"GroupId": "$id", "IpPermissions": "$IpPermissions"},
            when="IpPermissions[0]",
        ),
        Call(
            "RevokeSecurityGroupEgress",
            {"GroupId": "$id", "IpPermissions": "$IpPermissionsEgress"},
            when="IpPermissionsEgress[0]",
        ),
    ),
    reads=(Call("DescribeSecurityGroups", {"GroupIds": ["$id"]}, "SecurityGroups[0]"),),
    # It stays as it is, until AWS deletes it with its VPC.
    names={"name": "GroupName"},
    finds={
        "arn": arn("security-group", "GroupId"),
        "ingress": "IpPermissions[0] && IpPermissions",
        "egress": "IpPermissionsEgress[0] && IpPermissionsEgress",
    },
    tagging=Tagging(
        Call("CreateTags", {"Resources": ["$id"], "Tags": "$tags"}),
        Call("DeleteTags", UNTAG),
    ),
)

_PERMISSIONS: Json = [
    {
        "IpProtocol": "$ipProtocol",
        "FromPort": "$fromPort",
        "ToPort": "$toPort",
        "IpRanges": "$cidrIpv4 && [{CidrIp: cidrIpv4, Description: description}]",
        "Ipv6Ranges": "$cidrIpv6 && [{CidrIpv6: cidrIpv6, Description: description}]",
    }
]

INGRESS_RULE = Kind(
    token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    service="ec2",
    create=Call(
        "AuthorizeSecurityGroupIngress",
        {"GroupId": "$securityGroupId", "IpPermissions": _PERMISSIONS},
        "SecurityGroupRules[0]",
    ),
    id="SecurityGroupRuleId",
    reads=(Call("DescribeSecurityGroupRules", {"SecurityGroupRuleIds": ["$id"]}, "SecurityGroupRules[0]"),),
    delete=(
        Call("RevokeSecurityGroupIngress", {"GroupId": "$securityGroupId", "SecurityGroupRuleIds": ["$id"]}),
    ),
    update=(
        Call(
            "ModifySecurityGroupRules",
            {
                "GroupId": "$securityGroupId",
                "SecurityGroupRules": [
                    {
                        "SecurityGroupRuleId": "$id",
                        "SecurityGroupRule": {
                            "IpProtocol": "$ipProtocol",
                            "FromPort": "$fromPort",
                            "ToPort": "$toPort",
                            "CidrIpv4": "$cidrIpv4",
                            "CidrIpv6": "$cidrIpv6",
                            "Description": "$description",
                        },
                    }
                ],
            },
        ),
    ),
    names={"securityGroupId": "GroupId"},
    finds={"arn": arn("security-group-rule", "SecurityGroupRuleId")},
    tagging=tagging("security-group-rule"),
)

FLOW_LOG = Kind(
    token="aws:ec2/flowLog:FlowLog",
    service="ec2",
    create=Call(
        "CreateFlowLogs",
        {
            "ResourceIds": ["$vpcId"],
            "ResourceType": "VPC",
            "DeliverLogsPermissionArn": "$iamRoleArn",
        },
        inputs=TOP,
    ),
    id="FlowLogIds[0]",
    reads=(Call("DescribeFlowLogs", {"FlowLogIds": ["$id"]}, "FlowLogs[0]"),),
    delete=(Call("DeleteFlowLogs", {"FlowLogIds": ["$id"]}),),
    names={"vpcId": "ResourceId", "iamRoleArn": "DeliverLogsPermissionArn"},
    finds={"arn": arn("vpc-flow-log", "FlowLogId")},
    # moto forgets them.
    unread=("destinationOptions",),
    tagging=tagging("vpc-flow-log"),
    listing=Call("DescribeFlowLogs", result="FlowLogs[].FlowLogId"),
)

_TEMPLATE_DATA = "LaunchTemplateData"

LAUNCH_TEMPLATE = Kind(
    token="aws:ec2/launchTemplate:LaunchTemplate",
    service="ec2",
    create=Call(
        "CreateLaunchTemplate",
        {"LaunchTemplateName": "$name", "VersionDescription": "$description"},
        "LaunchTemplate",
        _TEMPLATE_DATA,
    ),
    id="LaunchTemplateId",
    reads=(
        Call("DescribeLaunchTemplates", {"LaunchTemplateIds": ["$id"]}, "LaunchTemplates[0]"),
        Call(
            "DescribeLaunchTemplateVersions",
            {"LaunchTemplateId": "$id", "Versions": ["$to_string(live.LatestVersionNumber)"]},
            "merge(LaunchTemplateVersions[0].LaunchTemplateData,"
            " {Description: LaunchTemplateVersions[0].VersionDescription,"
            # Among a version's tags moto shows those of the template itself.
            " TagSpecifications: LaunchTemplateVersions[0].LaunchTemplateData.TagSpecifications[?ResourceType"
            " != 'launch-template']})",
        ),
    ),
    delete=(Call("DeleteLaunchTemplate", {"LaunchTemplateId": "$id"}),),
    update=(
        Call(
            "CreateLaunchTemplateVersion",
            {"LaunchTemplateId": "$id", "VersionDescription": "$description"},
            inputs=_TEMPLATE_DATA,
        ),
        Call(
            "ModifyLaunchTemplate",
            {
                "LaunchTemplateId": "$id",
                "DefaultVersion": "$to_string(sum([live.LatestVersionNumber, `1`]))",
            },
            when="updateDefaultVersion",
        ),
    ),
    names={
        "name": "LaunchTemplateName",
        "latestVersion": "LatestVersionNumber",
        "defaultVersion": "DefaultVersionNumber",
    },
    finds={"arn": arn("launch-template", "LaunchTemplateId")},
    local=("updateDefaultVersion",),
    volatile=("latestVersion", "defaultVersion"),
    autoname="name",
    tagging=tagging("launch-template"),
    listing=Call("DescribeLaunchTemplates", result="LaunchTemplates[].LaunchTemplateId"),
)

TAG = Kind(
    token="aws:ec2/tag:Tag",
    service="ec2",
    create=Call("CreateTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key", "Value": "$value"}]}),
    id="join(',', [resourceId, key])",
    reads=(find("DescribeTags", "Tags[0]", where("resource-id", "$resourceId"), where("key", "$key")),),
    delete=(Call("DeleteTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key"}]}),),
    update=(
        Call("CreateTags", {"Resources": ["$resourceId"], "Tags": [{"Key": "$key", "Value": "$value"}]}),
    ),
)

KINDS = (
    VPC,
    SUBNET,
    INTERNET_GATEWAY,
    EGRESS_GATEWAY,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    ADDRESS,
    NAT_GATEWAY,
    VPC_ENDPOINT,
    SECURITY_GROUP,
    DEFAULT_SECURITY_GROUP,
    INGRESS_RULE,
    FLOW_LOG,
    LAUNCH_TEMPLATE,
    TAG,
)
