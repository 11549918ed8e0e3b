"""Makes the AWS role of one service account."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.document import identity_document, policy_size
from oneup.foundation.facts import Facts
from oneup.foundation.handle import Role
from oneup.foundation.service_account import ServiceAccount, Way
from oneup.foundation.statement import Identity

INLINE_POLICY_LIMIT: Final = 10_240
"""Characters that IAM allows in a role's inline policies together, spaces apart."""

MANAGED_POLICIES_LIMIT: Final = 10
"""Managed policies that IAM attaches to one role by default."""


TAG_VALUE: Final = re.compile(r"[\w .:/=+@-]{1,256}")
"""What IAM allows as a tag's value."""


@dataclass(frozen=True)
class ServiceAccountRoles:
    """The identity provider of an EKS cluster: a role for each service account, by one way or the other."""

    account: Account
    way: Way
    facts: Facts

    def __call__(self, name: str, namespace: str, identity: Identity, parent: pulumi.Resource) -> Role:
        """Make the role that one service account, and no other, can assume, and tie the two together.

        Raises ``ValueError`` where the identity is more than IAM takes.
        """
        subject = ServiceAccount(name, namespace, identity.service_account)
        return self.way.bind(self.role(subject, identity, parent), subject, parent)

    def role(self, subject: ServiceAccount, identity: Identity, parent: pulumi.Resource) -> Role:
        """The role alone, where EKS itself makes the service account and ties it."""
        name, account = subject.role, self.account
        check(name, identity)
        role = aws.iam.Role(
            name,
            name=account.role_name(name),
            description=f"{subject} of {account.name}",
            assume_role_policy=self.way.trust(subject),
            permissions_boundary=account.aws.permissions_boundary,
            tags=reasons(identity),
            opts=pulumi.ResourceOptions(parent=parent, provider=account.provider),
        )
        return Role(arn=role.arn, attachments=self._policies(name, identity, role))

    def _policies(self, name: str, identity: Identity, role: aws.iam.Role) -> tuple[pulumi.Resource, ...]:
        """What gives the role its rights: an inline policy, and attachments of managed ones."""
        opts = pulumi.ResourceOptions(parent=role, provider=self.account.provider)
        attached = attach(name, role, identity.managed_policies, opts)
        if not identity.statements:
            return attached
        policy = identity_document(identity.statements, self.facts)
        return (*attached, aws.iam.RolePolicy(name, name=name, role=role.name, policy=policy, opts=opts))


def attach(
    name: str, role: aws.iam.Role, policies: tuple[str, ...], opts: pulumi.ResourceOptions
) -> tuple[aws.iam.RolePolicyAttachment, ...]:
    """Attach managed policies, by ARN, to a role."""
    return tuple(
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rsplit('/', 1)[-1]}", role=role.name, policy_arn=policy, opts=opts
        )
        for policy in policies
    )


def reasons(identity: Identity) -> Mapping[str, str]:
    """Tags that say, on the role itself, why a resource is ``*``; a rule of ours asks for it."""
    return {f"wildcard/{one.sid}": one.reason for one in identity.statements if one.reason}


def check(name: str, identity: Identity) -> None:
    """Refuse what IAM would refuse after minutes: too long a policy, too many of them, no rights."""
    size = policy_size(identity.statements)
    if size > INLINE_POLICY_LIMIT:
        raise ValueError(f"{name}: the policy has {size} characters, more than {INLINE_POLICY_LIMIT}")
    if len(identity.managed_policies) > MANAGED_POLICIES_LIMIT:
        raise ValueError(f"{name}: more than {MANAGED_POLICIES_LIMIT} managed policies")
    for statement in identity.statements:
        if statement.reason and not TAG_VALUE.fullmatch(statement.reason):
            raise ValueError(f"{name}: the reason of {statement.sid} is no value of a tag")
    if not identity.statements and not identity.managed_policies:
        raise ValueError(f"{name}: an identity without statements or managed policies allows nothing")
