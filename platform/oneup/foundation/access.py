"""EKS access entries, one per principal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.settings.cluster import Access


class AccessLevel(StrEnum):
    """Access levels; a principal gets the first level that lists it."""

    ADMIN = "platform-admin"
    DEVELOPER = "platform-developer"
    VIEWER = "platform-viewer"
    MONITORING = "monitoring-reader"
    PREVIEW = "preview"

    @property
    def groups(self) -> list[str]:
        """The Kubernetes groups that the workspace's role bindings name."""
        return [] if self is AccessLevel.PREVIEW else [str(self)]

    @property
    def policy(self) -> str | None:
        """The EKS access policy of levels that are needed before the workspace's RBAC exists.

        Administrators create and repair RBAC; previews run before it exists. All others
        have only what RBAC grants, so that the permission matrix is complete.
        """
        policies = {
            AccessLevel.ADMIN: "AmazonEKSClusterAdminPolicy",
            AccessLevel.PREVIEW: "AmazonEKSViewPolicy",
        }
        return policies.get(self)


@dataclass(frozen=True)
class AccessGrant:
    """One principal and its level."""

    principal: str
    level: AccessLevel


def access_grants(access: Access, deployer: str | None) -> tuple[AccessGrant, ...]:
    """Each principal once, at its highest level; the deployment role is an administrator."""
    wanted = [
        *((principal, AccessLevel.ADMIN) for principal in (deployer, *access.admins) if principal),
        *((principal, AccessLevel.DEVELOPER) for principal in access.developers),
        *((principal, AccessLevel.VIEWER) for principal in access.viewers),
        *((principal, AccessLevel.MONITORING) for principal in access.monitoring_readers),
    ]
    highest: dict[str, AccessLevel] = {}
    for principal, level in wanted:
        highest.setdefault(principal, level)
    return tuple(AccessGrant(principal, level) for principal, level in highest.items())


def create_access_entries(
    account: Account, parent: pulumi.Resource, cluster: pulumi.Resource
) -> tuple[pulumi.Resource, ...]:
    """Create the access entries; returns the administrators', which everything in the cluster depends on."""
    access = access_grants(account.settings.cluster.access, account.aws.role_arn)
    made = [(grant.level, create_access_entry(account, grant, parent, [cluster])) for grant in access]
    return tuple(policy for level, policy in made if level is AccessLevel.ADMIN)


def create_access_entry(
    account: Account, grant: AccessGrant, parent: pulumi.Resource, after: Sequence[pulumi.Resource]
) -> pulumi.Resource:
    """The entry and its access policy, named after the principal, so that a new level updates it in place."""
    parts = grant.principal.split(":", 5)
    name = "-".join(parts[4:] or parts).replace("/", "-")
    entry = aws.eks.AccessEntry(
        name,
        cluster_name=account.name,
        principal_arn=grant.principal,
        type="STANDARD",
        kubernetes_groups=grant.level.groups,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(after)),
    )
    if grant.level.policy is None:
        return entry
    return aws.eks.AccessPolicyAssociation(
        name,
        cluster_name=account.name,
        principal_arn=entry.principal_arn,
        policy_arn=f"arn:{account.aws.partition}:eks::aws:cluster-access-policy/{grant.level.policy}",
        access_scope={"type": "cluster"},
        opts=pulumi.ResourceOptions(parent=parent),
    )
