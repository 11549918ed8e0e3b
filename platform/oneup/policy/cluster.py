"""The control plane: API endpoint, access, logs, deletion protection."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import UNKNOWN, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_mapping, as_strings, is_true, string_at, value_at
from oneup.plan.query import resources_of_type
from oneup.plan.resource_types.cluster import ACCESS_ENTRY, CLUSTERS
from oneup.plan.resource_types.edge import ZONE
from oneup.plan.resource_types.engine import AWS_PROVIDER
from oneup.plan.resource_types.identity import KMS_KEY
from oneup.plan.resource_types.monitoring import LOG_GROUP
from oneup.plan.resource_types.network import VPC
from oneup.plan.resource_types.storage import BUCKETS
from oneup.policy.network import ANY_CIDR
from oneup.policy.rule import PlanRule, ResourceRule, Severity

COMPONENT, NATIVE = CLUSTERS
NON_PRODUCTION: Final = ("development", "staging")
"""Environments in which the settings warn about production errors."""

EXPLICIT_INPUTS: Final = {
    "useDefaultVpcCni": True,
    "skipDefaultNodeGroup": True,
    "corednsAddonOptions.enabled": False,
    "kubeProxyAddonOptions.enabled": False,
}
"""What the cluster component creates by itself, unless it is disabled."""


def _open_endpoints(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for cluster in resources_of_type(graph, *CLUSTERS):
        if not cluster.inputs:
            continue
        native = cluster.type == NATIVE
        inputs = as_mapping(cluster.inputs.get("vpcConfig")) if native else cluster.inputs
        public = inputs.get("endpointPublicAccess", True)
        allowed = as_strings(inputs.get("publicAccessCidrs"))
        if is_true(public) and (not allowed or ANY_CIDR.intersection(allowed)):
            yield cluster, "its API is open to the internet; list the allowed networks in publicAccessCidrs"


def _open(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    return iter(()) if _is_non_production(graph) else _open_endpoints(graph)


def _open_in_non_production(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    return _open_endpoints(graph) if _is_non_production(graph) else iter(())


def _is_non_production(graph: DependencyGraph) -> bool:
    """Whether the stack's environment is not production; a stack without one counts as production."""
    tags = [
        value_at(as_mapping(one.inputs.get("defaultTags")), "tags")
        for one in resources_of_type(graph, AWS_PROVIDER)
    ]
    return any(value_at(one, "environment") in NON_PRODUCTION for one in tags)


def _configmap_authentication(resource: Resource) -> Iterator[str]:
    path = {COMPONENT: ("authenticationMode",), NATIVE: ("accessConfig", "authenticationMode")}
    if resource.type in path and string_at(resource, *path[resource.type]) not in ("API", UNKNOWN):
        yield 'one wrong edit of aws-auth locks everyone out; set the authentication mode to "API"'


def _entries_twice(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    first: dict[str, Resource] = {}
    for entry in resources_of_type(graph, ACCESS_ENTRY):
        principal = string_at(entry, "principalArn")
        if principal in first and principal != UNKNOWN:
            yield (
                entry,
                f"{principal} already has an access entry, and EKS allows one; see {first[principal].name}",
            )
        first.setdefault(principal, entry)


def _implicit_addons(resource: Resource) -> Iterator[str]:
    if resource.type != COMPONENT:
        return
    for key, ours in EXPLICIT_INPUTS.items():
        if value_at(resource.inputs, *key.split(".")) != ours:
            yield f"the component would create these itself; set {key} to {ours}"


def _log_group_late(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    groups = {string_at(group, "name"): group for group in resources_of_type(graph, LOG_GROUP)}
    for cluster in resources_of_type(graph, *CLUSTERS):
        if not cluster.inputs:
            continue
        if not as_strings(cluster.inputs.get("enabledClusterLogTypes")):
            yield cluster, "control plane logging is off; set enabledClusterLogTypes"
            continue
        name = f"/aws/eks/{string_at(cluster, 'name')}/cluster"
        if name not in groups:
            yield (
                cluster,
                f"EKS creates the log group {name} itself and leaves it behind; create it in the stack",
            )
        elif not graph.depends_on(cluster, groups[name]):
            yield cluster, f"it may be created before its log group {name}; depend on it"


def _unprotected(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    kept = [
        cluster
        for cluster in resources_of_type(graph, *CLUSTERS)
        if is_true(cluster.inputs.get("deletionProtection"))
    ]
    if not kept:
        return
    for resource in resources_of_type(graph, VPC, *CLUSTERS, KMS_KEY, ZONE, *BUCKETS):
        made_by = graph.by_urn.get(resource.parent)
        inner = made_by is not None and made_by.type.startswith("eks:index:")
        if not resource.protect and not inner:
            yield resource, "the cluster has deletion protection and this has not; set protect"


def _default_support(resource: Resource) -> Iterator[str]:
    if resource.type in CLUSTERS and not value_at(resource.inputs, "upgradePolicy", "supportType"):
        yield "AWS moves it to extended support by default, at a much higher price; set upgradePolicy"


RULES: Final = (
    PlanRule(
        id="eks-endpoint-restricted",
        controls=(
            "CIS EKS 5.4.1",
            "AWS FSBP EKS.1",
        ),
        description="In production the cluster's API is private, or limited to listed networks.",
        incidents=("terraform-aws-eks#2541",),
        check=_open,
    ),
    PlanRule(
        id="eks-endpoint-restricted-non-production",
        controls=(
            "CIS EKS 5.4.1",
            "AWS FSBP EKS.1",
        ),
        description="Outside production, the cluster's API should be limited to listed networks, too.",
        severity=Severity.ADVISORY,
        check=_open_in_non_production,
    ),
    ResourceRule(
        id="eks-access-entries",
        controls=("CIS EKS 5.5.1",),
        description="Only access entries grant access to the cluster.",
        incidents=("terraform-aws-eks#2978", "terraform-aws-eks#3108", "terraform-aws-eks#3424"),
        check=_configmap_authentication,
    ),
    PlanRule(
        id="eks-access-entries-unique",
        description="No principal has two access entries.",
        incidents=("terraform-aws-eks#2978",),
        check=_entries_twice,
    ),
    ResourceRule(
        id="eks-addons-explicit",
        description="The stack creates CNI, CoreDNS, kube-proxy and node groups itself, not the cluster component.",
        incidents=("pulumi-eks#1525", "pulumi-eks#1819"),
        offline_only_reason="the engine need not know the inputs of a component",
        check=_implicit_addons,
    ),
    PlanRule(
        id="eks-control-plane-log-group",
        controls=(
            "CIS EKS 2.1.1",
            "AWS FSBP EKS.8",
        ),
        description="The stack creates the control plane's log group before the cluster.",
        incidents=("terraform-aws-eks#920", "terraform-aws-eks#2486", "terraform-aws-eks#2763"),
        check=_log_group_late,
    ),
    PlanRule(
        id="deletion-protection-complete",
        description="With deletion protection, the network, keys, buckets and hosted zones are protected, too.",
        check=_unprotected,
    ),
    ResourceRule(
        id="eks-support-policy-explicit",
        description="The cluster's support policy is set explicitly.",
        check=_default_support,
    ),
)
