"""The order of creation and, in reverse, of deletion."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.charts import (
    CLEANUP_CONTROLLERS,
    LOAD_BALANCER_CONTROLLER,
    POD_IDENTITY_AGENT,
    VOLUME_DRIVER,
    chart_facts,
)
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, is_true, mappings, value_at
from oneup.plan.query import (
    api_group,
    auto_mode_clusters,
    chart,
    eks_addons,
    is_object,
    object_kind,
    releases,
    resources_of_type,
)
from oneup.plan.resource_types.cluster import EKS_ADDONS, NODE_GROUPS, POD_IDENTITY_ASSOCIATION
from oneup.plan.resource_types.identity import ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.policy.rule import PlanRule, ResourceRule

LOAD_BALANCED_KINDS: Final = ("Ingress", "Gateway", "TargetGroupBinding")
ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"
RESOURCES_FINALIZER: Final = "resources-finalizer.argocd.argoproj.io"
WORKSPACE_KINDS: Final = ("NetworkPolicy", "ResourceQuota", "LimitRange", "StorageClass", "IngressClass")
"""What bounds the applications, or is chosen by them once: a claim keeps the class that it was made with."""

FLUX: Final = "kustomize.toolkit.fluxcd.io"


def creates_load_balancer(resource: Resource) -> bool:
    """Whether this may create a load balancer: an Ingress, a Service of that type, or values that enable one."""
    if resource.type == RELEASE:
        return any(_asks_for_one(part) for part in mappings(resource.inputs.get("values")))
    service = (
        object_kind(resource) == "Service" and value_at(resource.inputs, "spec", "type") == "LoadBalancer"
    )
    return is_object(resource) and (service or object_kind(resource) in LOAD_BALANCED_KINDS)


def _asks_for_one(values: JsonMap) -> bool:
    """Whether one level of a chart's values turns on an ingress, or a Service of type LoadBalancer."""
    return is_true(value_at(values, "ingress", "enabled")) or values.get("type") == "LoadBalancer"


def creates_volume(resource: Resource) -> bool:
    """Whether this may create a volume."""
    if resource.type == RELEASE:
        return any(_asks_for_a_volume(part) for part in mappings(resource.inputs.get("values")))
    return is_object(resource) and object_kind(resource) == "PersistentVolumeClaim"


def _asks_for_a_volume(values: JsonMap) -> bool:
    """Whether one level of a chart's values turns on persistence, or holds a claim's template."""
    persistent: Json = value_at(values, "persistence", "enabled")
    return is_true(persistent) or any(key.startswith("volumeClaimTemplate") for key in values)


def is_root(resource: Resource) -> bool:
    """Whether this is an Application of Argo CD, or a Kustomization of Flux, that the stack makes."""
    return (api_group(resource), object_kind(resource)) in (
        ("argoproj.io", "Application"),
        (FLUX, "Kustomization"),
    )


def _orphaned_balancers(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    served = graph.plan.resources if auto_mode_clusters(graph) else ()
    classes = [resource for resource in served if object_kind(resource) == "IngressClass"]
    for controller in (*releases(graph, LOAD_BALANCER_CONTROLLER), *classes):
        for resource in graph.plan.resources:
            if (
                resource != controller
                and creates_load_balancer(resource)
                and not graph.depends_on(resource, controller)
            ):
                yield (
                    resource,
                    f"its load balancer is left behind if {controller.name} is deleted first; depend on it",
                )


def _orphaned_records(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for controller in releases(graph, "external-dns"):
        for resource in graph.plan.resources:
            if (
                resource != controller
                and creates_load_balancer(resource)
                and not graph.depends_on(resource, controller)
            ):
                yield (
                    resource,
                    f"its DNS records are left behind if {controller.name} is deleted first; depend on it",
                )


def _orphaned_volumes(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for driver in eks_addons(graph, VOLUME_DRIVER):
        for resource in graph.plan.resources:
            if creates_volume(resource) and not graph.depends_on(resource, driver):
                yield resource, f"its volumes are left behind if {driver.name} is deleted first; depend on it"


def _root_without_cleanup(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    cleaners = (*releases(graph, *CLEANUP_CONTROLLERS), *eks_addons(graph, VOLUME_DRIVER))
    for root in filter(is_root, graph.plan.resources):
        for cleaner in cleaners:
            if not graph.depends_on(root, cleaner):
                yield root, f"what it deploys is left behind if {cleaner.name} is deleted first; depend on it"


def _root_before_workspace(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    needed = [one for one in graph.plan.resources if is_object(one) and object_kind(one) in WORKSPACE_KINDS]
    for root in filter(is_root, graph.plan.resources):
        late = [one.name for one in needed if not graph.depends_on(root, one)]
        if late:
            yield (
                root,
                f"what it deploys may run before {', '.join(sorted(late)[:3])} is there; depend on it",
            )


def _root_without_cascade(resource: Resource) -> Iterator[str]:
    if api_group(resource) == FLUX:
        if is_root(resource) and not is_true(value_at(resource.inputs, "spec", "prune")):
            yield "deleting it leaves its objects behind; set prune: true"
        return
    finalizers = as_list(value_at(resource.inputs, "metadata", "finalizers"))
    if is_root(resource) and not any(
        str(finalizer).startswith(RESOURCES_FINALIZER) for finalizer in finalizers
    ):
        yield f"deleting it leaves its objects behind; add the finalizer {RESOURCES_FINALIZER}"


def _two_gitops_engines(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    roots = [resource for resource in graph.plan.resources if is_root(resource)]
    if any(api_group(root) != FLUX for root in roots):
        for root in roots:
            if api_group(root) == FLUX:
                yield root, "Argo CD and Flux would revert each other's changes; enable only one of them"


def _release_before_nodes(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    groups = resources_of_type(graph, *NODE_GROUPS)
    for release in releases(graph):
        if not chart_facts(chart(release)).has_pods:
            continue
        if groups and not any(graph.depends_on(release, nodes) for nodes in groups):
            yield release, "it times out if no node runs its pods; depend on a managed node group"


def _no_identity_yet(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for user, needed in _identities(graph):
        for release in releases(graph):
            late = [one.name for one in needed if not graph.depends_on(release, one)]
            if release.parent == user and late:
                yield release, f"its pods may start before their identity ({', '.join(late)}); depend on it"


def _identities(graph: DependencyGraph) -> Iterator[tuple[str, tuple[Resource, ...]]]:
    """Each user of an identity, and the resources of that identity: by annotation (IRSA) or by association."""
    accounts = [resource for resource in graph.plan.resources if object_kind(resource) == "ServiceAccount"]
    for account in accounts:
        if ROLE_ANNOTATION in as_mapping(value_at(account.inputs, "metadata", "annotations")):
            yield account.parent, (account, *_role_policies(graph, account))
    agents = eks_addons(graph, POD_IDENTITY_AGENT)
    for association in resources_of_type(graph, POD_IDENTITY_ASSOCIATION):
        named = value_at(association.inputs, "serviceAccount")
        own = [one for one in accounts if one.parent == association.parent]
        account = [one for one in own if value_at(one.inputs, "metadata", "name") == named]
        yield association.parent, (*account, association, *_role_policies(graph, association), *agents)


def _without_pod_identity_agent(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    if eks_addons(graph, POD_IDENTITY_AGENT) or auto_mode_clusters(graph):
        return
    by_addon = [
        addon
        for addon in resources_of_type(graph, *EKS_ADDONS)
        if as_list(addon.inputs.get("podIdentityAssociations"))
    ]
    for association in (*resources_of_type(graph, POD_IDENTITY_ASSOCIATION), *by_addon):
        yield association, f"its pods get no credentials; add the EKS addon {POD_IDENTITY_AGENT}"


def _role_policies(graph: DependencyGraph, account: Resource) -> Iterator[Resource]:
    """What gives the role of a service account, or of its association, its rights."""
    roles = {role.urn for role in graph.explicit_dependencies(account) if role.type == ROLE}
    for right in resources_of_type(graph, ROLE_POLICY, ROLE_POLICY_ATTACHMENT):
        if any(role.urn in roles for role in graph.explicit_dependencies(right)):
            yield right


RULES: Final = (
    PlanRule(
        id="load-balancers-deleted-before-controller",
        description="Everything that can create a load balancer is deleted before the controller that removes it.",
        incidents=("pulumi-kubernetes#1739", "aws-load-balancer-controller#1629"),
        check=_orphaned_balancers,
    ),
    PlanRule(
        id="dns-records-deleted-before-controller",
        description="Everything that can create a DNS record is deleted before external-dns.",
        incidents=("external-dns#1758",),
        check=_orphaned_records,
    ),
    PlanRule(
        id="volumes-deleted-before-driver",
        description="Everything that can claim a volume is deleted before the CSI driver.",
        incidents=("eksctl#274",),
        check=_orphaned_volumes,
    ),
    PlanRule(
        id="root-application-deleted-first",
        description="The root Application is deleted first, while the controllers that clean up still run.",
        incidents=(
            "terraform-aws-eks-blueprints#865",
            "terraform-aws-eks-blueprints#1307",
            "argo-cd#7860",
            "cdk-eks-blueprints#262",
            "cdk-eks-blueprints#908",
        ),
        check=_root_without_cleanup,
    ),
    PlanRule(
        id="root-application-after-workspace",
        description="The root Application comes after the policies, quotas and classes that its pods meet.",
        check=_root_before_workspace,
    ),
    ResourceRule(
        id="root-application-cascades",
        description="Deleting the root Application deletes what it deployed.",
        incidents=("argo-cd#7860",),
        check=_root_without_cascade,
    ),
    PlanRule(
        id="single-gitops-engine",
        description="Either Argo CD or Flux deploys, never both.",
        check=_two_gitops_engines,
    ),
    PlanRule(
        id="releases-after-nodes",
        description="Every release depends on a managed node group, which is deleted after it.",
        incidents=("karpenter#5727", "karpenter#4223", "karpenter#6870"),
        check=_release_before_nodes,
    ),
    PlanRule(
        id="identity-before-pods",
        description="A role, its policies and its service account exist before the pods that use them.",
        incidents=("pod-identity-webhook#264", "eks-pod-identity-agent#52"),
        check=_no_identity_yet,
    ),
    PlanRule(
        id="pod-identity-agent-installed",
        description="If pods get roles through Pod Identity, its agent is installed.",
        check=_without_pod_identity_agent,
    ),
)
