"""EKS Auto Mode: AWS makes the nodes, and runs what they need."""

from typing import Final

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from oneup.foundation.account import Account
from oneup.foundation.document import service_trust
from oneup.foundation.identity import attach

CLUSTER_POLICIES: Final = (
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
"""What the control plane may do beside its own policy: nodes, volumes, load balancers, addresses."""

NODE_POLICIES: Final = ("AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly")
"""What a node itself needs: credentials for its pods, and images."""


def auto_mode(
    account: Account, parent: pulumi.Resource
) -> tuple[eks.AutoModeOptionsArgs | None, tuple[pulumi.Resource, ...]]:
    """The cluster's options, and what it waits for: the role of the nodes that it makes.

    EKS gives the role its access entry, where a built-in pool is on.
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
    return options, attach(name, role, policies, child)
