"""The AWS load balancer controller's IAM policy.

The actions are those of the policy published for release 3.5.0; a test compares the
two. The resources are narrower: this account and region, and, for resources with the controller's tag,
this cluster's. The published policy accepts any cluster's tag, so a compromised controller
could delete the load balancers of every other cluster in the account.
"""

from typing import Final

from oneup.foundation.iam import Statement
from oneup.settings.aws import Aws
from oneup.values import DeferredOutput, FoundationOutput

_TAG: Final = "elbv2.k8s.aws/cluster"
_NO_RESOURCE: Final = "AWS has no resource-level permissions for these actions"


def statements(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    """The controller's statements for one cluster."""
    return (
        *_reading(aws),
        *_certificates_and_firewalls(aws),
        *_groups(aws, cluster),
        *_balancers(aws, cluster),
    )


def _ec2(aws: Aws, *kinds: str) -> tuple[str, ...]:
    return tuple(aws.arn("ec2", kind) for kind in kinds)


def _elb(aws: Aws, *kinds: str) -> tuple[str, ...]:
    return tuple(aws.arn("elasticloadbalancing", kind) for kind in kinds)


_BALANCERS: Final = "loadbalancer/*"
_LISTENERS: Final = "listener/*"
_RULES: Final = "listener-rule/*"
_TARGETS: Final = "targetgroup/*"


def _reading(aws: Aws) -> tuple[Statement, ...]:
    describe = {
        "ec2": (
            "AccountAttributes Addresses AvailabilityZones CoipPools Instances InternetGateways IpamPools "
            "NetworkInterfaces RouteTables SecurityGroups Subnets Tags VpcPeeringConnections Vpcs"
        ),
        "elasticloadbalancing": (
            "CapacityReservation ListenerAttributes ListenerCertificates Listeners LoadBalancerAttributes "
            "LoadBalancers Rules SSLPolicies Tags TargetGroupAttributes TargetGroups TargetHealth TrustStores"
        ),
    }
    role = "role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing"
    return (
        Statement(
            sid="ServiceLinkedRole",
            actions=("iam:CreateServiceLinkedRole",),
            resources=(aws.global_arn("iam", role),),
            conditions={"StringEquals": {"iam:AWSServiceName": "elasticloadbalancing.amazonaws.com"}},
        ),
        Statement(
            sid="Describe",
            actions=tuple(
                f"{service}:Describe{kind}" for service, kinds in describe.items() for kind in kinds.split()
            ),
            resources=("*",),
            wildcard_reason=_NO_RESOURCE,
        ),
        Statement(
            sid="AddressPools",
            actions=("ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc"),
            resources=(*_ec2(aws, "coip-pool/*"), _vpc(aws)),
        ),
    )


def _vpc(aws: Aws) -> DeferredOutput:
    """The cluster's VPC only."""
    return DeferredOutput(FoundationOutput.VPC_ID, _ec2(aws, "vpc/{}")[0])


def _certificates_and_firewalls(aws: Aws) -> tuple[Statement, ...]:
    """Read certificates and user pools; associate web ACLs and Shield with load balancers."""
    classic = (f"waf-regional:{verb}" for verb in _WEB_ACL_ACTIONS)
    current = (f"wafv2:{verb}" for verb in _WEB_ACL_ACTIONS)
    return (
        Statement(
            sid="Lists",
            actions=(
                "acm:ListCertificates",
                "iam:ListServerCertificates",
                "shield:GetSubscriptionState",
                "shield:CreateProtection",
            ),
            resources=("*",),
            wildcard_reason=_NO_RESOURCE,
        ),
        Statement(
            sid="Certificates",
            actions=(
                "acm:DescribeCertificate",
                "iam:GetServerCertificate",
                "cognito-idp:DescribeUserPoolClient",
                "shield:DescribeProtection",
                "shield:DeleteProtection",
            ),
            resources=(
                aws.arn("acm", "certificate/*"),
                aws.global_arn("iam", "server-certificate/*"),
                aws.arn("cognito-idp", "userpool/*"),
                aws.global_arn("shield", "protection/*"),
            ),
        ),
        Statement(
            sid="WebAcls",
            actions=(*classic, *current),
            resources=(
                aws.arn("waf-regional", "webacl/*"),
                aws.arn("wafv2", "regional/webacl/*"),
                *_elb(aws, "loadbalancer/app/*"),
            ),
        ),
    )


_WEB_ACL_ACTIONS: Final = ("GetWebACL", "GetWebACLForResource", "AssociateWebACL", "DisassociateWebACL")


def _groups(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    """Security groups: its own have the tag; it only adds rules to those of the nodes."""
    groups = _ec2(aws, "security-group/*")
    return (
        Statement(
            sid="GroupRules",
            actions=("ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"),
            resources=(*groups, *_ec2(aws, "security-group-rule/*")),
        ),
        Statement(sid="NewGroup", actions=("ec2:CreateSecurityGroup",), resources=(*groups, _vpc(aws))),
        Statement(
            sid="NewGroupTags",
            actions=("ec2:CreateTags",),
            resources=groups,
            conditions={
                "StringEquals": {"ec2:CreateAction": "CreateSecurityGroup", f"aws:RequestTag/{_TAG}": cluster}
            },
        ),
        Statement(
            sid="GroupTags",
            actions=("ec2:CreateTags", "ec2:DeleteTags"),
            resources=groups,
            conditions=_own_tag_kept(cluster),
        ),
        Statement(
            sid="OwnGroup",
            actions=("ec2:DeleteSecurityGroup",),
            resources=groups,
            conditions={"StringEquals": {f"aws:ResourceTag/{_TAG}": cluster}},
        ),
    )


def _own_tag_kept(cluster: str) -> dict[str, dict[str, str]]:
    """Any tag except the ownership tag, on the cluster's resources."""
    return {
        "Null": {f"aws:RequestTag/{_TAG}": "true"},
        "StringEquals": {f"aws:ResourceTag/{_TAG}": cluster},
    }


def _balancers(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    """Load balancers, target groups, listeners and rules."""
    return (*_making(aws, cluster), *_tagging(aws, cluster), *_changing(aws, cluster))


def _making(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    return (
        Statement(
            sid="NewBalancer",
            actions=("elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"),
            resources=_elb(aws, _BALANCERS, _TARGETS),
            conditions={"StringEquals": {f"aws:RequestTag/{_TAG}": cluster}},
        ),
        Statement(
            sid="Listeners",
            actions=tuple(
                f"elasticloadbalancing:{verb}"
                for verb in (
                    "CreateListener",
                    "DeleteListener",
                    "CreateRule",
                    "DeleteRule",
                    "ModifyListener",
                    "AddListenerCertificates",
                    "RemoveListenerCertificates",
                    "ModifyRule",
                    "SetRulePriorities",
                )
            ),
            resources=_elb(aws, _BALANCERS, _LISTENERS, _RULES),
        ),
    )


def _tagging(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    both = ("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags")
    return (
        Statement(
            sid="BalancerTags",
            actions=both,
            resources=_elb(aws, _BALANCERS, _TARGETS),
            conditions=_own_tag_kept(cluster),
        ),
        Statement(sid="ListenerTags", actions=both, resources=_elb(aws, _LISTENERS, _RULES)),
        Statement(
            sid="NewBalancerTags",
            actions=("elasticloadbalancing:AddTags",),
            resources=_elb(aws, _BALANCERS, _TARGETS),
            conditions={
                "StringEquals": {
                    "elasticloadbalancing:CreateAction": ("CreateTargetGroup", "CreateLoadBalancer"),
                    f"aws:RequestTag/{_TAG}": cluster,
                }
            },
        ),
    )


def _changing(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    verbs = (
        "ModifyLoadBalancerAttributes",
        "SetIpAddressType",
        "SetSecurityGroups",
        "SetSubnets",
        "DeleteLoadBalancer",
        "ModifyTargetGroup",
        "ModifyTargetGroupAttributes",
        "DeleteTargetGroup",
        "ModifyListenerAttributes",
        "ModifyCapacityReservation",
        "ModifyIpPools",
    )
    return (
        Statement(
            sid="OwnBalancer",
            actions=tuple(f"elasticloadbalancing:{verb}" for verb in verbs),
            resources=_elb(aws, _BALANCERS, _LISTENERS, _TARGETS),
            conditions={"StringEquals": {f"aws:ResourceTag/{_TAG}": cluster}},
        ),
        Statement(
            sid="Targets",
            actions=("elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"),
            resources=_elb(aws, _TARGETS),
        ),
        Statement(
            sid="WebAclOfBalancer",
            actions=("elasticloadbalancing:SetWebAcl",),
            resources=("*",),
            wildcard_reason=_NO_RESOURCE,
        ),
    )
