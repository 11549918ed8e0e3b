"""Node groups: launch templates, updates, and the order of EKS addons."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.charts import eks_addon_names
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import is_true, string_at, value_at
from oneup.plan.query import auto_mode_clusters, eks_addons, is_node_class, resources_of_type
from oneup.plan.resource_types.cluster import EKS_ADDONS, LAUNCH_TEMPLATE, NODE_GROUPS
from oneup.policy.rule import PlanRule, ResourceRule, Severity

MAX_UNAVAILABLE_PERCENT: Final = 34
"""Percent of a node group that may be unavailable during an update, plus one."""


def _imdsv1(resource: Resource) -> Iterator[str]:
    if resource.type == LAUNCH_TEMPLATE:
        options = resource.inputs.get("metadataOptions")
    elif is_node_class(resource):
        options = value_at(resource.inputs, "spec", "metadataOptions")
    else:
        return
    if value_at(options, "httpTokens") not in ("required", UNKNOWN):
        yield 'a forged request (SSRF) can read its credentials; set metadataOptions.httpTokens to "required"'
    if value_at(options, "httpPutResponseHopLimit") not in (1, UNKNOWN):
        yield "pods can use the node's role; set metadataOptions.httpPutResponseHopLimit to 1"


def _managed_desired_size(resource: Resource) -> Iterator[str]:
    if resource.type not in NODE_GROUPS:
        return
    ignored = any(path.startswith("scalingConfig") for path in resource.ignore_changes)
    if not ignored and not is_true(resource.inputs.get("ignoreScalingChanges")):
        yield "each deployment resets the autoscaler's size; ignore changes of scalingConfig.desiredSize"


def _late_networking(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for nodes in resources_of_type(graph, *NODE_GROUPS):
        for addon in eks_addons(graph, "vpc-cni"):
            if not graph.depends_on(nodes, addon):
                yield nodes, f"its nodes may be created before the CNI is configured; depend on {addon.name}"


def _without_cni(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    if not eks_addons(graph, "vpc-cni"):
        for nodes in resources_of_type(graph, *NODE_GROUPS):
            yield nodes, "its pods have no network; add the EKS addon vpc-cni"


def _early_pods(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    groups = resources_of_type(graph, *NODE_GROUPS)
    for addon in eks_addons(graph, *eks_addon_names(lambda addon: addon.waits_for_nodes)):
        if not auto_mode_clusters(graph) and not any(graph.depends_on(addon, nodes) for nodes in groups):
            yield (
                addon,
                "it stays degraded until a node runs its pods; depend on a node group",
            )


def _circular_networking(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for addon in eks_addons(graph, *eks_addon_names(lambda addon: addon.makes_nodes_ready)):
        for nodes in resources_of_type(graph, *NODE_GROUPS):
            if graph.depends_on(addon, nodes):
                yield (
                    addon,
                    f"it waits for {nodes.name}, which is not ready without it; depend on the cluster only",
                )


def _large_max_unavailable(resource: Resource) -> Iterator[str]:
    if resource.type not in NODE_GROUPS:
        return
    percentage = value_at(resource.inputs, "updateConfig", "maxUnavailablePercentage")
    if isinstance(percentage, int | float) and percentage >= MAX_UNAVAILABLE_PERCENT:
        yield f"an update may make {percentage} % of its nodes unavailable at once; set at most 33"


def _unpinned_eks_addons(graph: DependencyGraph) -> Iterator[tuple[None, str]]:
    loose = {
        string_at(addon, "addonName"): None
        for addon in resources_of_type(graph, *EKS_ADDONS)
        if not string_at(addon, "addonVersion")
    }
    names = ", ".join(name for name in loose if name)
    if names:
        yield None, f"{names}: EKS chooses their versions at creation; set addonVersions"


RULES: Final = (
    ResourceRule(
        id="imdsv2",
        controls=(
            "AWS FSBP EC2.8",
            "AWS FSBP EC2.170",
        ),
        description="Nodes require IMDSv2, with a hop limit of 1.",
        incidents=("aws-load-balancer-controller#3695", "terraform-aws-eks#3333"),
        check=_imdsv1,
    ),
    ResourceRule(
        id="node-group-desired-size-ignored",
        description="Changes of a node group's desired size are ignored.",
        incidents=("pulumi-eks#321",),
        check=_managed_desired_size,
    ),
    PlanRule(
        id="cni-before-nodes",
        description="The CNI is configured before the nodes, and deleted after them.",
        incidents=(
            "terraform-aws-eks-blueprints#1493",
            "eksctl#4478",
            "terraform-aws-eks#285",
            "pulumi-eks#194",
            "amazon-vpc-cni-k8s#1223",
        ),
        check=_late_networking,
    ),
    PlanRule(
        id="cni-configured",
        controls=("CIS EKS 4.3.1",),
        description="A cluster with nodes has a CNI that the stack configures.",
        incidents=("terraform-aws-eks-blueprints#1493",),
        check=_without_cni,
    ),
    PlanRule(
        id="eks-addons-after-nodes",
        description="An EKS addon that runs pods depends on a node group.",
        incidents=("pulumi-eks#1525", "pulumi-eks#1819", "terraform-aws-eks#1801", "terraform-aws-eks#3001"),
        check=_early_pods,
    ),
    PlanRule(
        id="networking-addons-before-nodes",
        description="Networking addons do not depend on node groups.",
        incidents=("terraform-aws-eks#1801",),
        check=_circular_networking,
    ),
    ResourceRule(
        id="node-group-max-unavailable",
        description="An update makes at most a third of a node group unavailable at once.",
        check=_large_max_unavailable,
    ),
    PlanRule(
        id="eks-addon-versions-pinned",
        description="Every EKS addon has an exact version.",
        severity=Severity.ADVISORY,
        check=_unpinned_eks_addons,
    ),
)
