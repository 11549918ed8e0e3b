"""How a service account proves to AWS who it is: by the cluster's OIDC issuer (IRSA), or by Pod Identity."""

from dataclasses import dataclass, replace
from typing import Final, Protocol

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.document import pod_identity_trust, web_identity_trust
from oneup.foundation.handle import Role

ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"


@dataclass(frozen=True)
class ServiceAccount:
    """A service account of the cluster, and what its role is called in the program."""

    role: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """As Kubernetes names it to others."""
        return f"system:serviceaccount:{self.namespace}:{self.name}"


class Way(Protocol):
    """One way to a role."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust of a role that this service account, and no other, can assume."""
        ...

    def bind(self, role: Role, subject: ServiceAccount, parent: pulumi.Resource) -> Role:
        """The role with what ties the service account to it."""
        ...


@dataclass(frozen=True)
class WebIdentity:
    """IRSA: the role trusts the cluster's OIDC issuer, and the service account names the role."""

    provider: pulumi.Output[str]
    """ARN of the cluster's OIDC provider."""

    issuer: pulumi.Output[str]
    """The issuer's URL without the scheme, as conditions name it."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust in one subject of one issuer."""
        return pulumi.Output.all(self.provider, self.issuer).apply(
            lambda known: web_identity_trust(known[0], known[1], str(subject))
        )

    def bind(self, role: Role, subject: ServiceAccount, parent: pulumi.Resource) -> Role:
        """The annotation by which the service account names its role."""
        del subject, parent
        return replace(role, annotations={ROLE_ANNOTATION: role.arn})


@dataclass(frozen=True)
class PodIdentity:
    """EKS Pod Identity: the role trusts EKS for one service account, and an association names both."""

    account: Account
    cluster: pulumi.Resource
    agent: tuple[aws.eks.Addon, ...]
    """Hands the credentials out, on every node; EKS Auto Mode brings its own."""

    def trust(self, subject: ServiceAccount) -> pulumi.Input[str]:
        """The trust in EKS, as far as it speaks for this service account of this cluster."""
        cluster = self.account.aws.arn("eks", f"cluster/{self.account.name}")
        return pod_identity_trust(cluster, subject.namespace, subject.name)

    def bind(self, role: Role, subject: ServiceAccount, parent: pulumi.Resource) -> Role:
        """The association: EKS gives credentials to the pods that are made after it."""
        association = aws.eks.PodIdentityAssociation(
            subject.role,
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
