"""AWS resources and functions."""

from collections.abc import Callable, Mapping
from typing import Final

from oneup.plan import Json, JsonMap
from oneup.rehearsal.simulate.account import ACCOUNT, REGION, Simulator, arn, identifier, text


def _ec2(prefix: str, kind: str, **extra: Json) -> Simulator:
    def simulate(name: str, inputs: JsonMap) -> dict[str, Json]:
        own = identifier(prefix, name)
        return {"id": own, "arn": arn("ec2", f"{kind}/{own}"), "ownerId": ACCOUNT, **extra}

    return simulate


def _vpc(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = identifier("vpc", name)
    return {
        "id": own,
        "arn": arn("ec2", f"vpc/{own}"),
        "defaultSecurityGroupId": identifier("sg", f"{name}/default"),
        "defaultRouteTableId": identifier("rtb", f"{name}/default"),
        "mainRouteTableId": identifier("rtb", f"{name}/default"),
        "defaultNetworkAclId": identifier("acl", f"{name}/default"),
    }


def _named(service: str, kind: str, *, key: str = "name", regional: bool = True, **extra: Json) -> Simulator:
    """A resource that is found by its name."""

    def simulate(name: str, inputs: JsonMap) -> dict[str, Json]:
        own = text(inputs.get(key), name)
        return {"id": own, key: own, "arn": arn(service, f"{kind}{own}", regional=regional), **extra}

    return simulate


def _attachment(name: str, inputs: JsonMap) -> dict[str, Json]:
    return {"id": f"{inputs.get('role', '')}-{identifier('attachment', name)}"}


def _inline_policy(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = text(inputs.get("name"), name)
    return {"id": f"{inputs.get('role', '')}:{own}", "name": own}


def _policy(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = text(inputs.get("name"), name)
    found = arn("iam", f"policy/{own}", regional=False)
    return {"id": found, "arn": found, "name": own, "policyId": identifier("ANPA", name)}


def _key(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = identifier("key", name).removeprefix("key-")
    return {"id": own, "keyId": own, "arn": arn("kms", f"key/{own}")}


def _bucket(name: str, inputs: JsonMap) -> dict[str, Json]:
    own = text(inputs.get("bucket"), name)
    return {
        "id": own,
        "bucket": own,
        "arn": f"arn:aws:s3:::{own}",
        "bucketDomainName": f"{own}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{own}.s3.{REGION}.amazonaws.com",
    }


def _node_group(name: str, inputs: JsonMap) -> dict[str, Json]:
    cluster, group = text(inputs.get("clusterName"), name), text(inputs.get("nodeGroupName"), name)
    scaling: Json = [{"name": f"eks-{group}-{identifier('asg', name)[4:12]}"}]
    return {
        "id": f"{cluster}:{group}",
        "arn": arn("eks", f"nodegroup/{cluster}/{group}/{identifier('ng', name)[3:]}"),
        "resources": [{"autoscalingGroups": scaling, "remoteAccessSecurityGroupId": ""}],
        "status": "ACTIVE",
    }


SIMULATORS: Final[Mapping[str, Simulator]] = {
    "aws:ec2/vpc:Vpc": _vpc,
    "aws:ec2/subnet:Subnet": _ec2("subnet", "subnet"),
    "aws:ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "aws:ec2/eip:Eip": _ec2("eipalloc", "elastic-ip", publicIp="198.51.100.10"),
    "aws:ec2/natGateway:NatGateway": _ec2("nat", "natgateway", publicIp="198.51.100.10"),
    "aws:ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "aws:ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": _ec2("vpce", "vpc-endpoint"),
    "aws:ec2/launchTemplate:LaunchTemplate": _ec2("lt", "launch-template", latestVersion=1, defaultVersion=1),
    "aws:iam/role:Role": _named("iam", "role/", regional=False, uniqueId="AROAEXAMPLE"),
    "aws:iam/policy:Policy": _policy,
    "aws:iam/rolePolicy:RolePolicy": _inline_policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
    "aws:kms/key:Key": _key,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:cloudwatch/logGroup:LogGroup": _named("logs", "log-group:"),
    "aws:eks/nodeGroup:NodeGroup": _node_group,
}

FUNCTIONS: Final[Mapping[str, Callable[[JsonMap], dict[str, Json]]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda _: {
        "accountId": ACCOUNT,
        "arn": arn("iam", "role/deployment", regional=False),
        "userId": "AROAEXAMPLE",
        "id": ACCOUNT,
    },
    "aws:index/getRegion:getRegion": lambda _: {"name": REGION, "region": REGION, "id": REGION},
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
}
