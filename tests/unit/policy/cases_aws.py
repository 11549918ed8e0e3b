"""Plans for the rules about AWS."""

import json

from oneup.plan import Json, JsonMap, Resource

from .plans import AWS, CLUSTER, Case, made

BUCKET = made("aws:s3/bucket:Bucket", "logs")
VPC = made("aws:ec2/vpc:Vpc", "vpc")
SUBNET = "aws:ec2/subnet:Subnet"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
GATES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def on_bucket(kind: str, inputs: dict[str, Json]) -> Resource:
    return made(f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}", "logs", inputs, through={"bucket": BUCKET})


def policy(*clauses: JsonMap) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(clauses)})


def tls_only(secure: str) -> Resource:
    condition = {"Bool": {"aws:SecureTransport": secure}}
    clause = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": condition}
    return on_bucket("BucketPolicy", {"policy": policy(clause)})


def encryption(rule: dict[str, Json]) -> Resource:
    return on_bucket("BucketServerSideEncryptionConfiguration", {"rules": [rule]})


def template(**inputs: Json) -> tuple[Resource]:
    return (made(TEMPLATE, "workers", inputs),)


def tagged(*kinds: str) -> list[Json]:
    return [{"resourceType": kind, "tags": {"a": "b"}} for kind in kinds]


def opening(**inputs: Json) -> tuple[Resource]:
    return (made(INGRESS, "in", {"ipProtocol": "tcp", "description": "from", **inputs}),)


def nodes_in(subnet: Resource) -> tuple[Resource, ...]:
    return (subnet, made("aws:eks/nodeGroup:NodeGroup", "workers", {}, through={"subnetIds": subnet}))


CLOSED = on_bucket("BucketPublicAccessBlock", dict.fromkeys(GATES, True))
AJAR = on_bucket("BucketPublicAccessBlock", {**dict.fromkeys(GATES, True), "blockPublicAcls": False})
HTTPS: dict[str, Json] = {"fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
CLUSTER_TAG: dict[str, Json] = {"tags": {"kubernetes.io/cluster/oneup-test": "owned"}}
PUBLIC = made(SUBNET, "public-a", {"tags": {"kubernetes.io/role/elb": "1"}}, id="subnet-1")
PRIVATE = made(SUBNET, "private-a", {"tags": {"kubernetes.io/role/internal-elb": "1"}}, id="subnet-2")
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"

CASES = (
    Case(
        rule="aws-provider-account-restricted",
        good=(made("pulumi:providers:aws", "aws", {"allowedAccountIds": '["1"]'}),),
        bad=(made("pulumi:providers:aws", "aws", {}),),
        says="allowedAccountIds",
    ),
    Case(
        rule="aws-resources-tagged",
        good=(AWS, made("aws:sns/topic:Topic", "t", {}, provider=AWS), made("aws:ec2/route:Route")),
        bad=(AWS, made("aws:sns/topic:Topic", "t", {})),
        says="it has no tags",
    ),
    Case(
        rule="launch-template-tags",
        good=template(tagSpecifications=tagged("instance", "volume")),
        bad=template(tagSpecifications=tagged("instance")),
        says="'volume'",
    ),
    Case(
        rule="encryption-at-rest",
        good=(made("aws:sns/topic:Topic", "t", {"kmsMasterKeyId": "k"}),),
        bad=(made("aws:sns/topic:Topic", "t", {}),),
        says="kmsMasterKeyId",
    ),
    Case(
        rule="encryption-at-rest",
        good=(made("aws:ebs/volume:Volume", "v", {"encrypted": True}),),
        bad=(made("aws:ebs/volume:Volume", "v", {"encrypted": False}),),
        says="set encrypted",
    ),
    Case(
        rule="node-volumes-encrypted",
        good=template(blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"encrypted": "true"}}]),
        bad=template(blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": {"volumeSize": 20}}]),
        says="/dev/xvda is not encrypted",
    ),
    Case(
        rule="node-volumes-encrypted",
        good=template(blockDeviceMappings=[{"ebs": {"encrypted": True}}]),
        bad=template(),
        says="map the root volume",
    ),
    Case(
        rule="storage-class-encrypted",
        good=(
            made(
                "kubernetes:storage.k8s.io/v1:StorageClass",
                "gp3",
                {"provisioner": "ebs.csi.aws.com", "parameters": {"encrypted": "true"}},
            ),
        ),
        bad=(made("kubernetes:storage.k8s.io/v1:StorageClass", "gp3", {"provisioner": "ebs.csi.aws.com"}),),
        says="parameters.encrypted",
    ),
    Case(
        rule="s3-default-encryption",
        good=(BUCKET, encryption({"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}})),
        bad=(BUCKET, encryption({"bucketKeyEnabled": True})),
        says="server-side encryption",
    ),
    Case(
        rule="kms-key-rotation",
        good=(
            made("aws:kms/key:Key", "k", {"enableKeyRotation": True}),
            made("aws:kms/key:Key", "sign", {"customerMasterKeySpec": "ECC_NIST_P256"}),
        ),
        bad=(made("aws:kms/key:Key", "k", {}),),
        says="enableKeyRotation",
    ),
    Case(
        rule="s3-block-public-access", good=(BUCKET, CLOSED), bad=(BUCKET, AJAR), says="it can become public"
    ),
    Case(
        rule="s3-acl-private",
        good=(made("aws:s3/bucketAcl:BucketAcl", "a", {"acl": "log-delivery-write"}),),
        bad=(made("aws:s3/bucketAcl:BucketAcl", "a", {"acl": "public-read"}),),
        says="'public-read'",
    ),
    Case(
        rule="s3-require-tls",
        good=(BUCKET, tls_only("false")),
        bad=(BUCKET, tls_only("true")),
        says="without TLS",
    ),
    Case(
        rule="security-group-no-open-ingress",
        good=opening(**HTTPS),
        bad=opening(**{**HTTPS, "toPort": 8443}),
        says="ports 443 to 8443 are open to 0.0.0.0/0",
    ),
    Case(
        rule="security-group-no-open-ingress",
        good=opening(fromPort=22, toPort=22, cidrIpv6="2001:db8::/32"),
        bad=opening(fromPort=22, toPort=22, cidrIpv6="::/0"),
        says="open to ::/0",
    ),
    Case(
        rule="security-group-no-open-ingress",
        good=(made(GROUP, "g", {"egress": [{"cidrBlocks": ["0.0.0.0/0"], "description": "out"}]}),),
        bad=(made(GROUP, "g", {"ingress": [{"cidrBlocks": ["0.0.0.0/0"], "protocol": "-1"}]}),),
        says="name the sources",
    ),
    Case(
        rule="security-group-no-open-ingress",
        good=(made("aws:ec2/securityGroupRule:SecurityGroupRule", "r", {"type": "egress", **HTTPS}),),
        bad=(
            made(
                "aws:ec2/securityGroupRule:SecurityGroupRule",
                "r",
                {"type": "ingress", "cidrBlocks": ["0.0.0.0/0"], "fromPort": 0, "toPort": 65535},
            ),
        ),
        says="ports 0 to 65535",
    ),
    Case(
        rule="security-group-rule-descriptions",
        good=opening(fromPort=22, toPort=22),
        bad=opening(fromPort=22, toPort=22, description=""),
        says="an ingress rule",
    ),
    Case(
        rule="default-security-group-empty",
        good=(VPC, made(DEFAULT_GROUP, "d", {}, through={"vpcId": VPC})),
        bad=(VPC, made(DEFAULT_GROUP, "d", {"ingress": [{"self": True}]}, through={"vpcId": VPC})),
        says="its default security group allows traffic between members",
    ),
    Case(
        rule="nodes-in-private-subnets",
        good=nodes_in(PRIVATE),
        bad=nodes_in(PUBLIC),
        says="public subnet public-a",
    ),
    Case(
        rule="nodes-in-private-subnets",
        good=(PUBLIC, PRIVATE, made("aws:eks/nodeGroup:NodeGroup", "w", {"subnetIds": ["subnet-2"]})),
        bad=(PUBLIC, PRIVATE, made("aws:eks/nodeGroup:NodeGroup", "w", {"subnetIds": ["subnet-1"]})),
        says="public subnet public-a",
    ),
    Case(
        rule="one-cluster-tagged-security-group",
        good=(*template(vpcSecurityGroupIds=["sg-1"]), made(GROUP, "nodes", CLUSTER_TAG)),
        bad=(*template(), made(GROUP, "nodes", CLUSTER_TAG)),
        says="one of them EKS's own",
    ),
    Case(
        rule="deletion-protection-complete",
        good=(made("eks:index:Cluster", "c", {"deletionProtection": False}, custom=False), VPC),
        bad=(
            made("eks:index:Cluster", "c", {"deletionProtection": True}, custom=False, protect=True),
            VPC,
        ),
        says="set protect",
    ),
    Case(
        rule="eks-access-entries-unique",
        good=(made("aws:eks/accessEntry:AccessEntry", "a", {"principalArn": "arn:a"}), CLUSTER),
        bad=(
            made("aws:eks/accessEntry:AccessEntry", "a", {"principalArn": "arn:a"}),
            made("aws:eks/accessEntry:AccessEntry", "b", {"principalArn": "arn:a"}),
        ),
        says="arn:a already has an access entry, and EKS allows one",
    ),
)
