"""The versions of EKS addons, for each Kubernetes version.

EKS takes only versions that it lists for the cluster's (``aws eks describe-addon-versions
--kubernetes-version 1.35 --addon-name coredns``); left to itself it takes another one from week to
week. These were in use with these Kubernetes versions in autumn 2026.
The name in EKS, in a comment, is what Renovate asks for.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.cluster import ControlPlane
from oneup.foundation.iam import Identity, Statement
from oneup.foundation.identity import PodIdentity, ServiceAccount, ServiceAccountRoles
from oneup.values import DeferredOutput, FoundationOutput, Value, Values

KUBE_SYSTEM: Final = "kube-system"


@dataclass(frozen=True, kw_only=True)
class EksAddon:
    """One EKS addon as a value."""

    name: str
    version: str | None
    """None: EKS chooses at creation."""

    namespace: str = KUBE_SYSTEM
    """Where its service account is."""

    configuration: Values = field(default_factory=dict[str, Value])
    identity: Identity | None = None


@dataclass(frozen=True, kw_only=True)
class RoleAssociation:
    """Links an EKS addon's service account, which EKS creates, to its role."""

    role_arn: pulumi.Output[str] | None = None
    """IRSA: EKS annotates the service account with it."""

    associations: tuple[aws.eks.AddonPodIdentityAssociationArgs, ...] | None = None
    """Pod Identity: EKS creates them, and removes them with the addon."""

    depends_on: tuple[pulumi.Resource, ...] = ()


NO_ROLE: Final = RoleAssociation()


@dataclass(frozen=True)
class EksAddonInstaller:
    """Installs EKS addons, each with its own role if it has an identity."""

    control_plane: ControlPlane
    roles: ServiceAccountRoles

    def install(self, addon: EksAddon, after: Sequence[pulumi.Resource] = ()) -> aws.eks.Addon:
        """Install an addon after these resources."""
        return install_eks_addon(self.control_plane, addon, after, self._tie(addon))

    def _tie(self, addon: EksAddon) -> RoleAssociation:
        if addon.identity is None:
            return RoleAssociation()
        account = addon.identity.service_account
        subject = ServiceAccount(addon.name, addon.namespace, account)
        role = self.roles.role(subject, addon.identity, self.control_plane)
        match self.roles.mechanism:
            case PodIdentity(agent=agent):
                association = aws.eks.AddonPodIdentityAssociationArgs(
                    service_account=account, role_arn=role.arn
                )
                return RoleAssociation(associations=(association,), depends_on=(*agent, *role.attachments))
            case _:
                return RoleAssociation(role_arn=role.arn, depends_on=role.attachments)


def install_eks_addon(
    control: ControlPlane,
    addon: EksAddon,
    after: Sequence[pulumi.Resource] = (),
    tie: RoleAssociation = NO_ROLE,
) -> aws.eks.Addon:
    """Install an EKS addon, which depends only on the cluster and on the given resources.

    It is AWS's own resource and not pulumi-eks' component of that name: see
    ``docs/decisions/eks-addons.md``.
    """
    return aws.eks.Addon(
        addon.name,
        cluster_name=control.account.name,
        addon_name=addon.name,
        addon_version=addon.version,
        configuration_values=configuration_json(addon),
        service_account_role_arn=tie.role_arn,
        pod_identity_associations=tie.associations,
        resolve_conflicts_on_create="OVERWRITE",
        resolve_conflicts_on_update="OVERWRITE",
        opts=pulumi.ResourceOptions(
            parent=control,
            protect=False,
            depends_on=[control.cluster, *after, *tie.depends_on],
            custom_timeouts=pulumi.CustomTimeouts(create="20m", update="20m", delete="40m"),
        ),
    )


def configuration_json(addon: EksAddon) -> str | None:
    """The configuration as the API takes it: JSON text, keys in a fixed order."""
    if not addon.configuration:
        return None
    return json.dumps(addon.configuration, sort_keys=True, separators=(",", ":"))


def vpc_cni(account: Account) -> EksAddon:
    """Pod networking and network policies; with prefix delegation a node runs far more pods."""
    settings, ipv6 = account.settings.cluster, account.settings.network.ipv6
    prefixes = {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "1"}
    if ipv6:
        prefixes = {"ENABLE_PREFIX_DELEGATION": "true", "ENABLE_IPv4": "false", "ENABLE_IPv6": "true"}
    return EksAddon(
        name="vpc-cni",
        version=account.addon_versions.vpc_cni,
        configuration={
            "enableNetworkPolicy": "true",
            **({"env": prefixes} if settings.prefix_delegation else {}),
        },
        identity=Identity(
            service_account="aws-node",
            managed_policies=() if ipv6 else (account.managed_policy("AmazonEKS_CNI_Policy"),),
            statements=ipv6_cni_statements(account) if ipv6 else (),
        ),
    )


def ipv6_cni_statements(account: Account) -> tuple[Statement, ...]:
    """The CNI's statements for IPv6, for which there is no AWS managed policy."""
    return (
        Statement(
            sid="GiveAddresses",
            actions=(
                "ec2:AssignIpv6Addresses",
                "ec2:DescribeInstances",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeTags",
            ),
            resources=("*",),
            wildcard_reason="describing supports no narrower resource and nodes have no ARN before creation",
        ),
        Statement(
            sid="TagInterfaces",
            actions=("ec2:CreateTags",),
            resources=(account.aws.arn("ec2", "network-interface/*"),),
        ),
    )


def kube_proxy(account: Account) -> EksAddon:
    """Services' addresses on every node."""
    return EksAddon(name="kube-proxy", version=account.addon_versions.kube_proxy)


def pod_identity_agent(account: Account) -> EksAddon:
    """Credentials for pods that use EKS Pod Identity in place of IRSA."""
    return EksAddon(name="eks-pod-identity-agent", version=account.addon_versions.pod_identity_agent)


def node_monitoring_agent(account: Account) -> EksAddon:
    """Finds unhealthy nodes, which node repair replaces."""
    return EksAddon(
        name="eks-node-monitoring-agent",
        version=account.addon_versions.node_monitoring_agent,
    )


def coredns(account: Account) -> EksAddon:
    """DNS inside the cluster."""
    return EksAddon(
        name="coredns",
        version=account.addon_versions.coredns,
        configuration={"replicaCount": account.settings.replicas},
    )


def snapshot_controller(account: Account) -> EksAddon:
    """Volume snapshots: CRDs and controller."""
    return EksAddon(
        name="snapshot-controller",
        version=account.addon_versions.snapshot_controller,
        configuration={"replicaCount": account.settings.replicas},
    )


def ebs_csi(account: Account) -> EksAddon:
    """EBS volumes, tagged and encrypted with the stack's key."""
    return EksAddon(
        name="aws-ebs-csi-driver",
        version=account.addon_versions.ebs_csi,
        configuration={
            "controller": {
                "replicaCount": account.settings.replicas,
                "extraVolumeTags": dict(account.tags),
            }
        },
        identity=Identity(
            service_account="ebs-csi-controller-sa",
            managed_policies=(account.managed_policy("service-role/AmazonEBSCSIDriverPolicy"),),
            statements=volume_encryption_statements(),
        ),
    )


def container_insights(account: Account) -> EksAddon:
    """Container Insights. If Fluent Bit is installed, it ships the logs instead.

    By default the addon also lets Application Signals instrument every pod behind a Service:
    a second instrumentation in addition to the OpenTelemetry operator's, with costs per request.
    """
    shipped = account.settings.addons.fluent_bit.enabled
    return EksAddon(
        name="amazon-cloudwatch-observability",
        version=account.addon_versions.cloudwatch_observability,
        namespace="amazon-cloudwatch",
        configuration={
            "containerLogs": {"enabled": not shipped},
            "manager": {"applicationSignals": {"autoMonitor": {"monitorAllServices": False}}},
        },
        identity=Identity(
            service_account="cloudwatch-agent",
            managed_policies=(account.managed_policy("CloudWatchAgentServerPolicy"),),
        ),
    )


def guardduty_agent(account: Account) -> EksAddon:
    """GuardDuty runtime monitoring on each node."""
    return EksAddon(
        name="aws-guardduty-agent",
        version=account.addon_versions.guardduty_agent,
        namespace="amazon-guardduty",
    )


def volume_encryption_statements() -> tuple[Statement, ...]:
    """Permissions on the stack's key to attach encrypted volumes."""
    key = (DeferredOutput(FoundationOutput.KMS_KEY_ARN),)
    aws_only: Mapping[str, Mapping[str, str]] = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    return (
        Statement(
            sid="GrantKeyToVolumes",
            actions=("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"),
            resources=key,
            conditions=aws_only,
        ),
        Statement(
            sid="EncryptVolumes",
            actions=(
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ),
            resources=key,
        ),
    )
