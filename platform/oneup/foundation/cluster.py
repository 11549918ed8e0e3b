"""The control plane: the EKS component, with its optional parts disabled."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from oneup.foundation.access import create_access_entries
from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document, service_trust
from oneup.foundation.identity import attach_managed_policies
from oneup.foundation.network import Network
from oneup.foundation.network.zone import DISCOVERY_TAG
from oneup.foundation.nodes import CLUSTER_POLICIES, auto_mode

CONTROL_PLANE_ZONES = 2
"""Number of zones with the control plane's network interfaces: EKS requires two, and cannot move them
to other zones later, so zones that are added only affect nodes."""


@dataclass(frozen=True)
class ClusterInputs:
    """The cluster's inputs."""

    role: aws.iam.Role
    depends_on: list[pulumi.Resource]
    auto_mode: eks.AutoModeOptionsArgs | None


class ControlPlane(pulumi.ComponentResource):
    """The cluster, its log group, its role and its access entries."""

    account: Account
    cluster: eks.Cluster
    admin_access: tuple[pulumi.Resource, ...]
    """The administrators' access entries: created before anything in the cluster, and deleted after it."""

    def __init__(self, account: Account, network: Network, key: pulumi.Output[str]) -> None:
        """Create the control plane; Secrets and logs are encrypted with the key."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:ControlPlane", "control-plane", None, options)
        self.account = account
        role, rights = self._role(key)
        auto, nodes = auto_mode(account, self)
        before = [self._log_group(key), *rights, *nodes]
        self.cluster = self._cluster(network, key, ClusterInputs(role, before, auto))
        self.admitted = create_access_entries(account, self, self.cluster)
        self._show_to_karpenter()
        self.register_outputs({})

    def _log_group(self, key: pulumi.Output[str]) -> aws.cloudwatch.LogGroup:
        """Created before EKS would create it without retention and encryption."""
        return aws.cloudwatch.LogGroup(
            "control-plane",
            name=f"/aws/eks/{self.account.name}/cluster",
            retention_in_days=self.account.settings.cluster.logs.retention_days,
            kms_key_id=key,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _role(self, key: pulumi.Output[str]) -> tuple[aws.iam.Role, tuple[pulumi.Resource, ...]]:
        """The cluster role and its policies."""
        account, name = self.account, "control-plane"
        automatic = account.settings.cluster.auto_mode is not None
        child = pulumi.ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=account.role_name(name),
            description=f"The control plane of {account.name}",
            assume_role_policy=service_trust("eks.amazonaws.com", tagged=automatic),
            permissions_boundary=account.aws.permissions_boundary,
            opts=child,
        )
        policies = ("AmazonEKSClusterPolicy", *(CLUSTER_POLICIES if automatic else ()))
        attached = attach_managed_policies(
            name, role, tuple(account.managed_policy(each) for each in policies), child
        )
        encryption = aws.iam.RolePolicy(
            name, name="encryption", role=role.name, policy=key.apply(_encryption), opts=child
        )
        return role, (*attached, encryption)

    def _cluster(
        self,
        network: Network,
        key: pulumi.Output[str],
        making: ClusterInputs,
    ) -> eks.Cluster:
        account, settings = self.account, self.account.settings.cluster
        # Auto Mode creates nodes in the control plane's subnets.
        zones = account.settings.network.zones[: None if making.auto_mode else CONTROL_PLANE_ZONES]
        endpoint = settings.endpoint
        return eks.Cluster(
            "cluster",
            name=account.name,
            version=settings.version,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=settings.support_policy),
            deletion_protection=settings.deletion_protection,
            vpc_id=network.vpc_id,
            subnet_ids=network.private_subnets(zones),
            kubernetes_service_ip_address_range=settings.service_cidr,
            ip_family="ipv6" if account.settings.network.ipv6 else None,
            endpoint_public_access=endpoint.public,
            endpoint_private_access=endpoint.private,
            public_access_cidrs=(list(endpoint.allowed_cidrs) or None) if endpoint.public else None,
            service_role=making.role,
            encryption_config_key_arn=key,
            enabled_cluster_log_types=list(settings.logs.types),
            auto_mode=making.auto_mode,
            authentication_mode=eks.AuthenticationMode.API,
            # Set even when empty: otherwise the component writes AWS_PROFILE into its kubeconfig.
            provider_credential_opts=eks.KubeconfigOptionsArgs(role_arn=account.aws.role_arn),
            create_oidc_provider=settings.identity == "irsa",
            cluster_tags={"Name": account.name},
            # The component's own defaults. We create the addons in addons.py, the nodes in nodes.py,
            # and use the cluster security group that EKS creates.
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_instance_role=False,
            storage_classes={},
            opts=pulumi.ResourceOptions(
                parent=self,
                providers=[account.provider],
                depends_on=making.depends_on,
                protect=account.protect,
                transforms=[without_creator_admin],
            ),
        )

    def _show_to_karpenter(self) -> None:
        """Tag the cluster security group for Karpenter's discovery."""
        aws.ec2.Tag(
            "karpenter-discovery",
            resource_id=self.cluster.cluster_security_group_id,
            key=DISCOVERY_TAG,
            value=self.account.name,
            opts=pulumi.ResourceOptions(parent=self),
        )


def without_creator_admin(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Do not make the cluster's creator an administrator in addition to the access entries.

    The component sets the flag to true and has no option. The engine runs this transform on all
    resources of the component, including those from the component's own process.
    """
    if args.type_ != "aws:eks/cluster:Cluster":
        return None
    config = {
        "authenticationMode": eks.AuthenticationMode.API.value,
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    return pulumi.ResourceTransformResult(props={**args.props, "accessConfig": config}, opts=args.opts)


def _encryption(key: str) -> str:
    """EKS's permissions on the key, for Secrets in etcd."""
    return policy_document(
        {
            "Sid": "EncryptSecrets",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"],
            "Resource": key,
        }
    )
