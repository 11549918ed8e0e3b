"""Karpenter's IAM policy: the actions published for release 1.14, limited to this cluster's resources.

What it creates must have the cluster's tag and a node pool's name; it can delete nothing else.
"""

from collections.abc import Mapping
from typing import Final

from oneup.foundation.iam import Statement
from oneup.settings.aws import Aws
from oneup.settings.names import ROLE_NAME_LIMIT, bounded

Conditions = Mapping[str, Mapping[str, str | tuple[str, ...]]]

_POOL: Final = "karpenter.sh/nodepool"
_CLASS: Final = "karpenter.k8s.aws/ec2nodeclass"
_REGION: Final = "topology.kubernetes.io/region"
_MADE: Final = (
    *("fleet/*", "instance/*", "volume/*", "network-interface/*", "launch-template/*"),
    "spot-instances-request/*",
)


def statements(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    """Karpenter's statements for one cluster."""
    return (
        *_launching(aws, cluster),
        *_tagging(aws, cluster),
        *_profiles(aws, cluster),
        *_reading(aws, cluster),
    )


def _ec2(aws: Aws, *kinds: str) -> tuple[str, ...]:
    return tuple(f"arn:{aws.partition}:ec2:{aws.region}:*:{kind}" for kind in kinds)


def _owned(cluster: str, which: str) -> dict[str, str]:
    return {f"aws:{which}/kubernetes.io/cluster/{cluster}": "owned"}


def _named(cluster: str) -> dict[str, str]:
    return {**_owned(cluster, "RequestTag"), "aws:RequestTag/eks:eks-cluster-name": cluster}


def _launching(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    public = tuple(f"arn:{aws.partition}:ec2:{aws.region}::{kind}/*" for kind in ("image", "snapshot"))
    private = _ec2(aws, "security-group/*", "subnet/*", "capacity-reservation/*", "placement-group/*")
    launch = ("ec2:RunInstances", "ec2:CreateFleet")
    own: Conditions = {
        "StringEquals": _owned(cluster, "ResourceTag"),
        "StringLike": {f"aws:ResourceTag/{_POOL}": "*"},
    }
    return (
        Statement(sid="UseImagesAndNetwork", actions=launch, resources=(*public, *private)),
        Statement(
            sid="UseOwnTemplates",
            actions=launch,
            resources=_ec2(aws, "launch-template/*"),
            conditions=own,
        ),
        Statement(
            sid="Launch",
            actions=(*launch, "ec2:CreateLaunchTemplate"),
            resources=_ec2(aws, *_MADE),
            conditions={
                "StringEquals": _named(cluster),
                "StringLike": {f"aws:RequestTag/{_POOL}": "*"},
            },
        ),
        Statement(
            sid="End",
            actions=("ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"),
            resources=_ec2(aws, "instance/*", "launch-template/*"),
            conditions=own,
        ),
    )


def _tagging(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    created = ("RunInstances", "CreateFleet", "CreateLaunchTemplate")
    return (
        Statement(
            sid="TagAtBirth",
            actions=("ec2:CreateTags",),
            resources=_ec2(aws, *_MADE),
            conditions={
                "StringEquals": {**_named(cluster), "ec2:CreateAction": created},
                "StringLike": {f"aws:RequestTag/{_POOL}": "*"},
            },
        ),
        Statement(
            sid="TagInstances",
            actions=("ec2:CreateTags",),
            resources=_ec2(aws, "instance/*"),
            conditions={
                "StringEquals": _owned(cluster, "ResourceTag"),
                "StringLike": {f"aws:ResourceTag/{_POOL}": "*"},
                "StringEqualsIfExists": {"aws:RequestTag/eks:eks-cluster-name": cluster},
                "ForAllValues:StringEquals": {
                    "aws:TagKeys": ("eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name")
                },
            },
        ),
    )


def _profiles(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    """Instance profiles with the nodes' role."""
    role = bounded(f"{cluster}-karpenter-node", ROLE_NAME_LIMIT)
    profiles = (aws.global_arn("iam", "instance-profile/*"),)
    asked = {**_named(cluster), f"aws:RequestTag/{_REGION}": aws.region}
    there = {**_owned(cluster, "ResourceTag"), f"aws:ResourceTag/{_REGION}": aws.region}
    return (
        Statement(
            sid="PassNodeRole",
            actions=("iam:PassRole",),
            resources=(aws.global_arn("iam", f"role/{role}"),),
            conditions={
                "StringEquals": {"iam:PassedToService": ("ec2.amazonaws.com", "ec2.amazonaws.com.cn")}
            },
        ),
        Statement(
            sid="MakeProfiles",
            actions=("iam:CreateInstanceProfile",),
            resources=profiles,
            conditions={"StringEquals": asked, "StringLike": {f"aws:RequestTag/{_CLASS}": "*"}},
        ),
        Statement(
            sid="TagProfiles",
            actions=("iam:TagInstanceProfile",),
            resources=profiles,
            conditions={
                "StringEquals": {**there, **asked},
                "StringLike": {f"aws:ResourceTag/{_CLASS}": "*", f"aws:RequestTag/{_CLASS}": "*"},
            },
        ),
        Statement(
            sid="ChangeProfiles",
            actions=(
                "iam:AddRoleToInstanceProfile",
                "iam:RemoveRoleFromInstanceProfile",
                "iam:DeleteInstanceProfile",
            ),
            resources=profiles,
            conditions={"StringEquals": there, "StringLike": {f"aws:ResourceTag/{_CLASS}": "*"}},
        ),
        Statement(sid="ReadProfiles", actions=("iam:GetInstanceProfile",), resources=profiles),
    )


def _reading(aws: Aws, cluster: str) -> tuple[Statement, ...]:
    described = (
        *("CapacityReservations", "Images", "Instances", "InstanceStatus", "InstanceTypeOfferings"),
        *("InstanceTypes", "LaunchTemplates", "PlacementGroups", "SecurityGroups", "SpotPriceHistory"),
        "Subnets",
    )
    own = aws.arn("eks", f"cluster/{cluster}")
    return (
        Statement(
            sid="Look",
            actions=tuple(f"ec2:Describe{kind}" for kind in described),
            resources=("*",),
            conditions={"StringEquals": {"aws:RequestedRegion": aws.region}},
            wildcard_reason="AWS has no resource-level permissions for Describe actions",
        ),
        Statement(
            sid="PricesAndProfiles",
            actions=("pricing:GetProducts", "iam:ListInstanceProfiles"),
            resources=("*",),
            wildcard_reason="AWS has no resource-level permissions for prices and for listing profiles",
        ),
        Statement(
            sid="ZonalShift",
            actions=("arc-zonal-shift:GetManagedResource",),
            resources=("*",),
            conditions={"StringEquals": {"arc-zonal-shift:ResourceIdentifier": own}},
            wildcard_reason="Limited to this cluster by its condition",
        ),
        Statement(
            sid="FindImages",
            actions=("ssm:GetParameter",),
            resources=(f"arn:{aws.partition}:ssm:{aws.region}::parameter/aws/service/*",),
        ),
        Statement(sid="ReadCluster", actions=("eks:DescribeCluster",), resources=(own,)),
        Statement(
            sid="Interruptions",
            actions=("sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"),
            resources=(aws.arn("sqs", f"{cluster}-interruptions"),),
        ),
    )
