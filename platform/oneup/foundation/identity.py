"""How a service account gets its AWS role: by the cluster's OIDC issuer (IRSA), or by Pod Identity."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.cluster_reference import ServiceAccountRole
from oneup.foundation.facts import FoundationOutputs
from oneup.foundation.iam import (
    Identity,
    identity_policy,
    pod_identity_trust,
    policy_size,
    web_identity_trust,
)
from oneup.plan.resource_types.identity import INLINE_POLICIES_SIZE

ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"


@dataclass(frozen=True)
class ServiceAccount:
    """A service account, and the logical name of its role."""

    role_name: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """The Kubernetes user name of the service account."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


class IdentityMechanism(Protocol):
    """A mechanism by which a service account assumes a role."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust policy for this service account only."""
        ...

    def bind(
        self, role: ServiceAccountRole, subject: ServiceAccount, parent: pulumi.Resource
    ) -> ServiceAccountRole:
        """The role, linked to the service account."""
        ...


@dataclass(frozen=True)
class Irsa:
    """IRSA: the role trusts the cluster's OIDC issuer, and the service account names the role."""

    provider: pulumi.Output[str]
    """ARN of the cluster's OIDC provider."""

    issuer: pulumi.Output[str]
    """The issuer's URL without the scheme, as in IAM conditions."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust in one subject of one issuer."""
        return pulumi.Output.all(self.provider, self.issuer).apply(
            lambda known: web_identity_trust(known[0], known[1], str(subject))
        )

    def bind(
        self, role: ServiceAccountRole, subject: ServiceAccount, parent: pulumi.Resource
    ) -> ServiceAccountRole:
        """The annotation by which the service account names its role."""
        del subject, parent
        return replace(role, annotations={ROLE_ANNOTATION: role.arn})


@dataclass(frozen=True)
class PodIdentity:
    """EKS Pod Identity: the role trusts EKS for one service account, and an association names both."""

    account: Account
    cluster: pulumi.Resource
    agent: tuple[aws.eks.Addon, ...]
    """The Pod Identity Agent on every node; EKS Auto Mode includes it."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust policy for EKS Pod Identity, for this service account of this cluster."""
        cluster = self.account.aws.arn("eks", f"cluster/{self.account.name}")
        return pod_identity_trust(cluster, subject.namespace, subject.name)

    def bind(
        self, role: ServiceAccountRole, subject: ServiceAccount, parent: pulumi.Resource
    ) -> ServiceAccountRole:
        """The association: only pods created after it get credentials."""
        association = aws.eks.PodIdentityAssociation(
            subject.role_name,
            cluster_name=self.account.name,
            namespace=subject.namespace,
            service_account=subject.name,
            role_arn=role.arn,
            opts=pulumi.ResourceOptions(
                parent=parent,
                provider=self.account.provider,
                depends_on=[self.cluster, *role.attachments],
            ),
        )
        return replace(role, attachments=(*role.attachments, association, *self.agent))


MANAGED_POLICIES_LIMIT: Final = 10
"""IAM's default quota of managed policies per role."""


TAG_VALUE: Final = re.compile(r"[\w .:/=+@-]{1,256}")
"""What IAM allows as a tag's value."""


@dataclass(frozen=True)
class ServiceAccountRoles:
    """Creates roles for service accounts, with IRSA or Pod Identity."""

    account: Account
    mechanism: IdentityMechanism
    outputs: FoundationOutputs

    def __call__(
        self, name: str, namespace: str, identity: Identity, parent: pulumi.Resource
    ) -> ServiceAccountRole:
        """Create a role that only one service account can assume, and link the two.

        Raises ``ValueError`` if the identity exceeds IAM's limits.
        """
        subject = ServiceAccount(name, namespace, identity.service_account)
        return self.mechanism.bind(self.role(subject, identity, parent), subject, parent)

    def role(
        self, subject: ServiceAccount, identity: Identity, parent: pulumi.Resource
    ) -> ServiceAccountRole:
        """The role only, if EKS itself creates and links the service account."""
        name, account = subject.role_name, self.account
        check_limits(name, identity)
        role = aws.iam.Role(
            name,
            name=account.role_name(name),
            description=f"{subject} of {account.name}",
            assume_role_policy=self.mechanism.trust(subject),
            permissions_boundary=account.aws.permissions_boundary,
            tags=wildcard_reasons(identity),
            opts=pulumi.ResourceOptions(parent=parent, provider=account.provider),
        )
        return ServiceAccountRole(arn=role.arn, attachments=self._policies(name, identity, role))

    def _policies(self, name: str, identity: Identity, role: aws.iam.Role) -> tuple[pulumi.Resource, ...]:
        """The role's inline policy and managed policy attachments."""
        opts = pulumi.ResourceOptions(parent=role, provider=self.account.provider)
        attached = attach_managed_policies(name, role, identity.managed_policies, opts)
        if not identity.statements:
            return attached
        policy = identity_policy(identity.statements, self.outputs)
        return (*attached, aws.iam.RolePolicy(name, name=name, role=role.name, policy=policy, opts=opts))


def attach_managed_policies(
    name: str, role: aws.iam.Role, policies: tuple[str, ...], opts: pulumi.ResourceOptions
) -> tuple[aws.iam.RolePolicyAttachment, ...]:
    """Attach managed policies, by ARN, to a role."""
    return tuple(
        aws.iam.RolePolicyAttachment(
            f"{name}-{policy.rsplit('/', 1)[-1]}", role=role.name, policy_arn=policy, opts=opts
        )
        for policy in policies
    )


def wildcard_reasons(identity: Identity) -> Mapping[str, str]:
    """Tags on the role that explain each ``*``; a policy rule requires them."""
    return {f"wildcard/{one.sid}": one.wildcard_reason for one in identity.statements if one.wildcard_reason}


def check_limits(name: str, identity: Identity) -> None:
    """Check IAM's limits early: policy length, number of policies, and that it allows anything."""
    size = policy_size(identity.statements)
    if size > INLINE_POLICIES_SIZE:
        raise ValueError(f"{name}: the policy has {size} characters, more than {INLINE_POLICIES_SIZE}")
    if len(identity.managed_policies) > MANAGED_POLICIES_LIMIT:
        raise ValueError(f"{name}: more than {MANAGED_POLICIES_LIMIT} managed policies")
    for statement in identity.statements:
        if statement.wildcard_reason and not TAG_VALUE.fullmatch(statement.wildcard_reason):
            raise ValueError(f"{name}: the reason of {statement.sid} is no value of a tag")
    if not identity.statements and not identity.managed_policies:
        raise ValueError(f"{name}: an identity without statements or managed policies allows nothing")
