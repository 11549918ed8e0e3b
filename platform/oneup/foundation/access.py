"""Who may enter the cluster: access entries, one for each principal."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.settings.cluster import Access


class Level(StrEnum):
    """What a principal may do; the first that names it wins."""

    ADMIN = "platform-admin"
    DEVELOPER = "platform-developer"
    VIEWER = "platform-viewer"
    MONITORING = "monitoring-reader"
    PREVIEW = "preview"

    @property
    def groups(self) -> list[str]:
        """The Kubernetes groups that the workspace's role bindings name."""
        return [] if self is Level.PREVIEW else [str(self)]

    @property
    def policy(self) -> str | None:
        """The EKS access policy of those who come before the workspace's roles are there.

        Administrators make them and can repair them; previews look before anything is made. All others
        have what the roles give, so that one table says it all.
        """
        policies = {Level.ADMIN: "AmazonEKSClusterAdminPolicy", Level.PREVIEW: "AmazonEKSViewPolicy"}
        return policies.get(self)


@dataclass(frozen=True)
class Grant:
    """One principal and its level."""

    principal: str
    level: Level


def grants(access: Access, deployer: str | None) -> tuple[Grant, ...]:
    """Each principal once, at its highest level; the deploying role is an administrator."""
    wanted = [
        *((principal, Level.ADMIN) for principal in (deployer, *access.admins) if principal),
        *((principal, Level.DEVELOPER) for principal in access.developers),
        *((principal, Level.VIEWER) for principal in access.viewers),
        *((principal, Level.MONITORING) for principal in access.monitoring_readers),
    ]
    highest: dict[str, Level] = {}
    for principal, level in wanted:
        highest.setdefault(principal, level)
    return tuple(Grant(principal, level) for principal, level in highest.items())


def admit(account: Account, parent: pulumi.Resource, cluster: pulumi.Resource) -> tuple[pulumi.Resource, ...]:
    """Make the access entries; what administrators hold is returned: without it, nobody can do anything."""
    access = grants(account.settings.cluster.access, account.aws.role_arn)
    made = [(grant.level, enter(account, grant, parent, [cluster])) for grant in access]
    return tuple(policy for level, policy in made if level is Level.ADMIN)


def enter(
    account: Account, grant: Grant, parent: pulumi.Resource, after: Sequence[pulumi.Resource]
) -> pulumi.Resource:
    """The entry, and its policy if it has one, named after the principal: a new level changes it in place."""
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
