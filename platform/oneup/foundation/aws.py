"""The foundation on AWS, step by step."""

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from oneup.foundation import eks_addons
from oneup.foundation.account import Account, aws_provider, endpoint, kubernetes_provider
from oneup.foundation.alarms import (
    Alarms,
    Topic,
    control_plane,
    create_budget,
    load_balancers,
    nat_gateways,
    node_groups,
)
from oneup.foundation.audit import GuardDuty, Trail
from oneup.foundation.cluster import ControlPlane
from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.foundation.delivery import GithubActionsRoles
from oneup.foundation.edge import Dns, WebAcl
from oneup.foundation.encryption import encryption_key
from oneup.foundation.identity import IdentityMechanism, Irsa, PodIdentity, ServiceAccountRoles
from oneup.foundation.karpenter import KarpenterPrerequisites
from oneup.foundation.logs import create_access_log_bucket, create_container_log_groups
from oneup.foundation.network import Network
from oneup.foundation.nodes import NodeGroups, NodePlacement
from oneup.foundation.registry import Registry
from oneup.foundation.storage import Buckets
from oneup.settings.model import AwsSettings
from oneup.values import FoundationOutput


def build_on_aws(settings: AwsSettings) -> ClusterReference:
    """Create key, network, control plane, nodes and EKS addons."""
    account = Account(settings, aws_provider(settings))
    key = encryption_key(account)
    network = Network(account, key)
    control = ControlPlane(account, network, key)
    Registry(account, key)
    if settings.delivery:
        GithubActionsRoles(account, settings.delivery, control.cluster)
    written = (
        *Buckets(account, key).ready,
        *create_container_log_groups(account, key),
        *create_access_log_bucket(account),
    )
    entrance = _dns_and_waf(account, network, key)
    topic = _alarms_and_audit(account, network, key)
    kubeconfig = control.cluster.kubeconfig_json
    facts = {
        **entrance,
        FoundationOutput.VPC_ID: network.vpc_id,
        FoundationOutput.KMS_KEY_ARN: key,
        FoundationOutput.ALARM_TOPIC_ARN: topic,
        FoundationOutput.CLUSTER_ENDPOINT: kubeconfig.apply(endpoint),
    }
    if network.ipv6_block is not None:
        facts[FoundationOutput.VPC_IPV6_BLOCK] = network.ipv6_block
    if settings.addons.karpenter.enabled:
        facts |= KarpenterPrerequisites(account, control.admitted).facts
    auto = account.settings.cluster.auto_mode
    agent = () if auto else (eks_addons.install_eks_addon(control, eks_addons.pod_identity_agent(account)),)
    roles = ServiceAccountRoles(account, _identity_mechanism(control, agent), facts)
    return ClusterReference(
        name=account.name,
        provider=kubernetes_provider(
            account, kubeconfig, pulumi.ResourceOptions(depends_on=list(control.admitted))
        ),
        stages=(_auto_mode_stages if auto else _stages)(network, control, roles, (*agent, *written)),
        facts=facts,
        identities=roles,
        deleted_with=control.cluster,
    )


def _dns_and_waf(
    account: Account, network: Network, key: pulumi.Output[str]
) -> Mapping[FoundationOutput, pulumi.Output[str]]:
    """The domain's hosted zone and certificate, and the web ACL, if enabled."""
    settings = account.settings
    facts: dict[FoundationOutput, pulumi.Output[str]] = {}
    if settings.domain:
        facts.update(Dns(account, settings.domain, network.vpc_id).facts)
    if settings.edge.firewall:
        facts[FoundationOutput.WEB_ACL_ARN] = WebAcl(account, key).arn
    return facts


def _alarms_and_audit(account: Account, network: Network, key: pulumi.Output[str]) -> pulumi.Output[str]:
    """The alarm topic, and the alarms that do not depend on nodes."""
    settings = account.settings
    topic = Topic(account, key).arn
    Alarms(account, "control-plane", topic, control_plane(account))
    Alarms(account, "network", topic, nat_gateways(network.gateways))
    Alarms(account, "balancer", topic, load_balancers(account))
    if settings.alarms.budget:
        create_budget(account, settings.alarms.budget, topic)
    if settings.audit.trail:
        Trail(account, key)
    return topic


def _identity_mechanism(control: ControlPlane, agent: tuple[aws.eks.Addon, ...]) -> IdentityMechanism:
    """The identity mechanism of service accounts."""
    match control.account.settings.cluster.identity:
        case "irsa":
            return Irsa(control.cluster.oidc_provider_arn, control.cluster.oidc_issuer)
        case "podIdentity":
            return PodIdentity(control.account, control.cluster, agent)


def _stages(
    network: Network, control: ControlPlane, roles: ServiceAccountRoles, early: tuple[pulumi.Resource, ...]
) -> Mapping[Stage, tuple[pulumi.Resource, ...]]:
    """EKS addons and nodes in order: what has pods depends on nodes, and nodes depend on the CNI.

    ``early`` is what pods need from the start: credentials, and the buckets and log groups
    that they write to.
    """
    account = roles.account
    eks = eks_addons.EksAddonInstaller(control, roles)
    cni = eks.install(eks_addons.vpc_cni(account))
    kube_proxy = eks.install(eks_addons.kube_proxy(account))
    eks.install(eks_addons.node_monitoring_agent(account))
    nodes = NodeGroups(NodePlacement(account, network, [cni])).groups
    dns = eks.install(eks_addons.coredns(account), nodes)
    snapshots = eks.install(eks_addons.snapshot_controller(account), nodes)
    volumes = eks.install(eks_addons.ebs_csi(account), [*nodes, dns, snapshots])
    Alarms(account, "node", roles.outputs[FoundationOutput.ALARM_TOPIC_ARN], node_groups(account, nodes))
    _monitoring_agents(eks, (*nodes, dns, *early))
    running = (*control.admitted, *nodes, kube_proxy, dns, *early)
    return {
        Stage.CONTROL_PLANE: control.admitted,
        Stage.NODES: running,
        Stage.VOLUMES: (*running, snapshots, volumes),
    }


def _auto_mode_stages(
    network: Network, control: ControlPlane, roles: ServiceAccountRoles, early: tuple[pulumi.Resource, ...]
) -> Mapping[Stage, tuple[pulumi.Resource, ...]]:
    """With EKS Auto Mode, AWS creates nodes for pending pods: only egress must exist."""
    eks = eks_addons.EksAddonInstaller(control, roles)
    running = (*control.admitted, *network.ways_out, *early)
    snapshots = eks.install(eks_addons.snapshot_controller(roles.account), running)
    _monitoring_agents(eks, running)
    return {
        Stage.CONTROL_PLANE: control.admitted,
        Stage.NODES: running,
        Stage.VOLUMES: (*running, snapshots),
    }


def _monitoring_agents(eks: eks_addons.EksAddonInstaller, after: tuple[pulumi.Resource, ...]) -> None:
    """Container Insights and GuardDuty's agent, if enabled."""
    account = eks.roles.account
    if account.settings.cluster.container_insights:
        eks.install(eks_addons.container_insights(account), after)
    if account.settings.audit.guard_duty:
        guard = GuardDuty(account, eks.roles.outputs[FoundationOutput.ALARM_TOPIC_ARN])
        eks.install(eks_addons.guardduty_agent(account), (*after, *guard.ready))
