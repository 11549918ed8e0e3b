"""Cluster Autoscaler: grows and shrinks the managed node groups."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("cluster-autoscaler")

PODS: Final = PodSelector(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(100, 384)

PRIORITIES: Final = {"SPOT": "50", "ON_DEMAND": "10"}
"""Expander order: price first, then least waste."""

ALERTS: Final = (
    Alert(
        name="ClusterAutoscalerDown",
        expr='absent(up{job="cluster-autoscaler"} == 1)',
        severity="critical",
        summary="The cluster autoscaler is down: no nodes are added for pending pods",
        runbook="cluster-autoscaler-down",
    ),
    Alert(
        name="PodsWithoutNode",
        expr="max(cluster_autoscaler_unschedulable_pods_count) > 0",
        minutes=15,
        summary="{{ $value }} pods have been unschedulable for 15 minutes",
        runbook="pods-without-node",
    ),
    Alert(
        name="ClusterAutoscalerHalted",
        expr="max(cluster_autoscaler_cluster_safe_to_autoscale) == 0",
        minutes=15,
        severity="critical",
        summary="The cluster autoscaler has paused: too many nodes are not ready",
        runbook="cluster-autoscaler-halted",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``kube-system``; EKS tags the groups by which it finds them."""
    settings = context.aws
    replicas = settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("https://kubernetes.github.io/autoscaler", "cluster-autoscaler", "9.59.0"),
        values={
            "fullnameOverride": NAME,
            "nameOverride": NAME,
            "awsRegion": settings.aws.region,
            "autoDiscovery": {"clusterName": context.cluster_name},
            "extraArgs": _arguments(settings),
            "expanderPriorities": _priorities(settings),
            "replicaCount": replicas,
            "rbac": {"serviceAccount": {"create": False, "name": NAME}},
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65534, "fsGroup": 65534},
            "containerSecurityContext": RESTRICTED_CONTEXT,
            "resources": SIZE.resources,
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
            "serviceMonitor": {
                "enabled": context.has_monitoring,
                "namespace": KUBE_SYSTEM.name,
                "interval": "30s",
            },
        },
        identity=Identity(service_account=NAME, statements=statements(context)),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.API_SERVER, Peer.AWS), prometheus.allow_scraping(PODS, 8085)),
        requests=pod_requests((SIZE, replicas)),
    )


def _arguments(settings: AwsSettings) -> Values:
    knobs = settings.addons.cluster_autoscaler
    return {
        "expander": "priority,least-waste",
        # Balances similar groups across zones, so that spread pods fit in each.
        "balance-similar-node-groups": True,
        "skip-nodes-with-system-pods": False,
        "scale-down-unneeded-time": f"{knobs.scale_down_after_minutes}m",
        "scale-down-utilization-threshold": f"{knobs.scale_down_below_percent / 100:.2f}",
    }


def _priorities(settings: AwsSettings) -> Values:
    """The node groups by priority; EKS names a scaling group after its node group."""
    return {
        priority: [f"^eks-{group.name}-.*" for group in settings.node_groups if group.capacity == capacity]
        for capacity, priority in PRIORITIES.items()
        if any(group.capacity == capacity for group in settings.node_groups)
    }


def statements(context: AddonContext) -> tuple[Statement, ...]:
    """Read everything; change only the size of groups with this cluster's tag."""
    aws = context.aws.aws
    groups = aws.arn("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")
    owned = {f"aws:ResourceTag/k8s.io/cluster-autoscaler/{context.cluster_name}": "owned"}
    return (
        Statement(
            sid="Look",
            actions=(
                "autoscaling:DescribeAutoScalingGroups",
                "autoscaling:DescribeAutoScalingInstances",
                "autoscaling:DescribeLaunchConfigurations",
                "autoscaling:DescribeScalingActivities",
                "autoscaling:DescribeTags",
                "ec2:DescribeImages",
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeLaunchTemplateVersions",
                "ec2:GetInstanceTypesFromInstanceRequirements",
            ),
            resources=("*",),
            wildcard_reason="AWS has no resource-level permissions for Describe actions",
        ),
        Statement(
            sid="LookAtNodeGroups",
            actions=("eks:DescribeNodegroup",),
            resources=(aws.arn("eks", f"nodegroup/{context.cluster_name}/*/*"),),
        ),
        Statement(
            sid="Resize",
            actions=("autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"),
            resources=(groups,),
            conditions={"StringEquals": owned},
        ),
    )
