"""Managed node groups, and the nodes that EKS Auto Mode makes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from oneup.foundation.account import Account
from oneup.foundation.iam import service_trust
from oneup.foundation.identity import attach_managed_policies
from oneup.foundation.network import Network
from oneup.settings.nodes import NodeGroup

POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
"""Policies of the node role: join the cluster, pull images, SSM access. The CNI has its own role."""

ROOT_DEVICE = "/dev/xvda"
NODE_TEMPLATE_TAG = "k8s.io/cluster-autoscaler/node-template"
TAINTS = {
    "NO_SCHEDULE": "NoSchedule",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
    "NO_EXECUTE": "NoExecute",
}
"""Taint effects in EKS's and Kubernetes's spelling."""

INSTANCE_TYPE = re.compile(r"(?P<family>[a-z]+)(?P<generation>\d+)(?P<attributes>[a-z0-9-]*)\..+")
ACCELERATED = frozenset({"g", "gr", "p"})


@dataclass(frozen=True)
class NodePlacement:
    """Account, network and dependencies of node groups."""

    account: Account
    network: Network
    depends_on: Sequence[pulumi.Resource]
    """The configured CNI: it determines the maximum pods per node, and releases addresses on deletion."""


class NodeGroups(pulumi.ComponentResource):
    """All managed node groups of a cluster."""

    groups: tuple[aws.eks.NodeGroup, ...]

    def __init__(self, place: NodePlacement) -> None:
        """Create the node role and the node groups."""
        options = pulumi.ResourceOptions(providers={"aws": place.account.provider})
        super().__init__("oneup:platform:Nodes", "nodes", None, options)
        self._place = place
        self._child = pulumi.ResourceOptions(parent=self)
        role, rights = self._role()
        self.groups = tuple(
            self._group(group, role, [*place.depends_on, *rights, *place.network.ways_out])
            for group in place.account.settings.node_groups
        )
        self.register_outputs({})

    def _role(self) -> tuple[aws.iam.Role, tuple[pulumi.Resource, ...]]:
        account, name = self._place.account, "node"
        role = aws.iam.Role(
            name,
            name=account.role_name(name),
            description=f"The nodes of {account.name}",
            assume_role_policy=service_trust("ec2.amazonaws.com"),
            permissions_boundary=account.aws.permissions_boundary,
            opts=self._child,
        )
        policies = tuple(account.managed_policy(policy) for policy in POLICIES)
        return role, attach_managed_policies(name, role, policies, self._child)

    def _group(self, group: NodeGroup, role: aws.iam.Role, after: list[pulumi.Resource]) -> aws.eks.NodeGroup:
        """A node group without a fixed name, so that a replacement is created before the old one is deleted."""
        account = self._place.account
        template = self._template(group)
        made = aws.eks.NodeGroup(
            group.name,
            cluster_name=account.name,
            version=account.settings.cluster.version,
            node_role_arn=role.arn,
            subnet_ids=self._place.network.private_subnets(group.zones),
            ami_type=ami_type(group.instance_types),
            capacity_type=group.capacity,
            instance_types=list(group.instance_types),
            scaling_config=_sizes(group),
            update_config={"max_unavailable_percentage": 33},
            node_repair_config={"enabled": True},
            labels=group.labels,
            taints=[
                {"key": taint.key, "value": taint.value, "effect": taint.effect} for taint in group.taints
            ],
            launch_template={
                "id": template.id,
                "version": template.latest_version.apply(lambda number: f"{number:.0f}"),
            },
            tags={"Name": f"{account.name}-{group.name}"},
            opts=self._lasting(after),
        )
        self._describe_to_autoscaler(group, made)
        return made

    def _lasting(self, after: list[pulumi.Resource]) -> pulumi.ResourceOptions:
        """Options of a node group: timeouts of an hour, and the autoscaler owns the desired size."""
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=after,
            ignore_changes=["scalingConfig.desiredSize"],
            custom_timeouts=pulumi.CustomTimeouts(create="60m", update="60m", delete="60m"),
        )

    def _template(self, group: NodeGroup) -> aws.ec2.LaunchTemplate:
        """The launch template: root volume, metadata options, tags."""
        account = self._place.account
        tags = {**account.tags, "Name": f"{account.name}-{group.name}"}
        return aws.ec2.LaunchTemplate(
            group.name,
            description=f"Nodes {group.name} of {account.name}",
            update_default_version=True,
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                # Pods have their own identities and must not use the node's.
                "http_put_response_hop_limit": 1,
            },
            block_device_mappings=[_root_volume(group)],
            tag_specifications=[
                {"resource_type": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
            ],
            tags={"Name": tags["Name"]},
            opts=self._child,
        )

    def _describe_to_autoscaler(self, group: NodeGroup, made: aws.eks.NodeGroup) -> None:
        """Tag an empty group for the autoscaler: labels and taints of its nodes."""
        if group.min_size > 0:
            return
        scaling_group = made.resources[0].autoscaling_groups[0].name
        for key, value in node_template_tags(group).items():
            aws.autoscaling.Tag(
                f"{group.name}/{key.removeprefix(NODE_TEMPLATE_TAG + '/')}",
                autoscaling_group_name=scaling_group,
                tag={"key": key, "value": value, "propagate_at_launch": False},
                opts=self._child,
            )


def _sizes(group: NodeGroup) -> aws.eks.NodeGroupScalingConfigArgs:
    return aws.eks.NodeGroupScalingConfigArgs(
        min_size=group.min_size, desired_size=group.desired_size, max_size=group.max_size
    )


def _root_volume(group: NodeGroup) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    ebs = aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
        volume_type="gp3", volume_size=group.disk_gib, encrypted="true", delete_on_termination="true"
    )
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(device_name=ROOT_DEVICE, ebs=ebs)


def node_template_tags(group: NodeGroup) -> Mapping[str, str]:
    """Tags with labels and taints, for the cluster autoscaler to scale from zero."""
    labels = {f"{NODE_TEMPLATE_TAG}/label/{key}": value for key, value in group.labels.items()}
    taints = {
        f"{NODE_TEMPLATE_TAG}/taint/{taint.key}": f"{taint.value}:{TAINTS[taint.effect]}"
        for taint in group.taints
    }
    return dict(sorted({**labels, **taints}.items()))


def ami_type(instance_types: Sequence[str]) -> str:
    """The AL2023 AMI type for these instance types; raises ``ValueError`` if they need several."""
    kinds = {_image(instance) for instance in instance_types}
    if len(kinds) != 1:
        raise ValueError(
            f"{', '.join(instance_types)}: a node group has one AMI type; these need {len(kinds)}"
        )
    return kinds.pop()


def _image(instance: str) -> str:
    found = INSTANCE_TYPE.fullmatch(instance)
    if found is None:
        raise ValueError(f"{instance} is not an instance type")
    arm = "g" in found["attributes"].split("-")[0] or instance.startswith("a1.")
    architecture = "ARM_64" if arm else "x86_64"
    flavour = "NVIDIA" if found["family"] in ACCELERATED else "STANDARD"
    return f"AL2023_{architecture}_{flavour}"


CLUSTER_POLICIES: Final = (
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""Additional managed policies of the cluster role: nodes, volumes, load balancers, networking."""

NODE_POLICIES: Final = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
"""Managed policies of the node role: pod credentials and image pulls."""


def auto_mode(
    account: Account, parent: pulumi.Resource
) -> tuple[eks.AutoModeOptionsArgs | None, tuple[pulumi.Resource, ...]]:
    """The cluster's options, and its dependencies: the node role.

    EKS creates the role's access entry if a built-in node pool is on.
    """
    settings = account.settings.cluster.auto_mode
    if settings is None:
        return None, ()
    name, child = "node", pulumi.ResourceOptions(parent=parent)
    role = aws.iam.Role(
        name,
        name=account.role_name(name),
        description=f"The nodes of {account.name}",
        assume_role_policy=service_trust("ec2.amazonaws.com"),
        permissions_boundary=account.aws.permissions_boundary,
        opts=child,
    )
    compute = eks.ClusterComputeConfigArgs(node_pools=list(settings.node_pools), node_role_arn=role.arn)
    options = eks.AutoModeOptionsArgs(enabled=True, create_node_role=False, compute_config=compute)
    policies = tuple(account.managed_policy(policy) for policy in NODE_POLICIES)
    return options, attach_managed_policies(name, role, policies, child)
