"""AWS resources and functions."""

from collections.abc import Mapping
from typing import Final

from oneup.plan import Json
from oneup.rehearsal.simulate.account import Outputs, SimulatedResource, Simulator


def _ec2(prefix: str, kind: str, **extra: Json) -> Simulator:
    def simulate(made: SimulatedResource) -> Outputs:
        own = made.identifier(prefix)
        return {"id": own, "arn": made.arn("ec2", f"{kind}/{own}"), "ownerId": made.account, **extra}

    return simulate


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


def _named(service: str, kind: str, *, key: str = "name", regional: bool = True, **extra: Json) -> Simulator:
    """A resource that is found by its name."""

    def simulate(made: SimulatedResource) -> Outputs:
        own = made.text(key, made.name)
        return {"id": own, key: own, "arn": made.arn(service, f"{kind}{own}", regional=regional), **extra}

    return simulate


def _attachment(made: SimulatedResource) -> Outputs:
    return {"id": f"{made.text('role')}-{made.identifier('attachment')}"}


def _inline_policy(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    return {"id": f"{made.text('role')}:{own}", "name": own}


def _policy(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    found = made.arn("iam", f"policy/{own}", regional=False)
    return {"id": found, "arn": found, "name": own, "policyId": made.identifier("ANPA")}


def _issuer(made: SimulatedResource) -> Outputs:
    found = made.arn("iam", f"oidc-provider/{made.text('url').removeprefix('https://')}", regional=False)
    return {"id": found, "arn": found}


def _key(made: SimulatedResource) -> Outputs:
    own = made.identifier("key").removeprefix("key-")
    return {"id": own, "keyId": own, "arn": made.arn("kms", f"key/{own}")}


def _bucket(made: SimulatedResource) -> Outputs:
    own = made.text("bucket", made.name)
    return {
        "id": own,
        "bucket": own,
        "arn": f"arn:aws:s3:::{own}",
        "bucketDomainName": f"{own}.s3.amazonaws.com",
        "bucketRegionalDomainName": f"{own}.s3.{made.region}.amazonaws.com",
    }


def _repository(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    url = f"{made.account}.dkr.ecr.{made.region}.amazonaws.com/{own}"
    return {"id": own, "name": own, "arn": made.arn("ecr", f"repository/{own}"), "repositoryUrl": url}


def _queue(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    url = f"https://sqs.{made.region}.amazonaws.com/{made.account}/{own}"
    return {"id": url, "url": url, "name": own, "arn": made.arn("sqs", own)}


def _topic(made: SimulatedResource) -> Outputs:
    found = made.arn("sns", made.text("name", made.name))
    return {"id": found, "arn": found}


def _detector(made: SimulatedResource) -> Outputs:
    own = made.identifier("detector")[9:]
    return {"id": own, "arn": made.arn("guardduty", f"detector/{own}"), "accountId": made.account}


def _zone(made: SimulatedResource) -> Outputs:
    own = "Z" + made.identifier("zone")[5:].upper()
    servers: Json = [f"ns-{place}.awsdns-00.example" for place in range(1, 5)]
    return {"id": own, "zoneId": own, "arn": f"arn:aws:route53:::hostedzone/{own}", "nameServers": servers}


def _record(made: SimulatedResource) -> Outputs:
    name, kind = made.text("name", made.name), made.text("type", "A")
    return {"id": f"{made.text('zoneId')}_{name}_{kind}", "fqdn": name.rstrip(".")}


def _certificate(made: SimulatedResource) -> Outputs:
    others = made.inputs.get("subjectAlternativeNames")
    listed = others if isinstance(others, list) else []
    names = sorted({made.text("domainName"), *(str(each) for each in listed)})
    options: Json = [
        {
            "domainName": name,
            "resourceRecordName": f"_proof.{name.removeprefix('*.')}.",
            "resourceRecordType": "CNAME",
            "resourceRecordValue": "_proof.acm-validations.example.",
        }
        for name in reversed(names)
    ]
    own = made.arn("acm", f"certificate/{made.identifier('acm')[4:]}")
    return {"id": own, "arn": own, "domainValidationOptions": options}


def _web_acl(made: SimulatedResource) -> Outputs:
    own = made.identifier("acl")[4:]
    return {"id": own, "arn": made.arn("wafv2", f"regional/webacl/{made.text('name', made.name)}/{own}")}


def _node_group(made: SimulatedResource) -> Outputs:
    cluster, group = made.text("clusterName", made.name), made.text("nodeGroupName", made.name)
    scaling: Json = [{"name": f"eks-{group}-{made.identifier('asg')[4:12]}"}]
    return {
        "id": f"{cluster}:{group}",
        "arn": made.arn("eks", f"nodegroup/{cluster}/{group}/{made.identifier('ng')[3:]}"),
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
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": _issuer,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:sqs/queue:Queue": _queue,
    "aws:sns/topic:Topic": _topic,
    "aws:guardduty/detector:Detector": _detector,
    "aws:cloudwatch/eventRule:EventRule": _named("events", "rule/"),
    "aws:route53/zone:Zone": _zone,
    "aws:route53/record:Record": _record,
    "aws:acm/certificate:Certificate": _certificate,
    "aws:wafv2/webAcl:WebAcl": _web_acl,
    "aws:cloudwatch/logGroup:LogGroup": _named("logs", "log-group:"),
    "aws:eks/nodeGroup:NodeGroup": _node_group,
    "aws:ecr/repository:Repository": _repository,
}

FUNCTIONS: Final[Mapping[str, Simulator]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": lambda made: {
        "accountId": made.account,
        "arn": made.arn("iam", "role/deployment", regional=False),
        "userId": "AROAEXAMPLE",
        "id": made.account,
    },
    "aws:index/getRegion:getRegion": lambda made: {
        "name": made.region,
        "region": made.region,
        "id": made.region,
    },
    "aws:index/getPartition:getPartition": lambda _: {"partition": "aws", "dnsSuffix": "amazonaws.com"},
}
