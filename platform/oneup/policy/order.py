"""The order of creation and, in reverse, of deletion."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.graph import Graph
from oneup.plan.inputs import at, is_true, items, mapping, mappings
from oneup.plan.query import (
    ADDONS,
    LOAD_BALANCER_CONTROLLER,
    NODE_GROUPS,
    POD_IDENTITY_ASSOCIATION,
    RELEASE,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    addons,
    automatic,
    chart,
    group,
    is_object,
    kind,
    of,
    releases,
)
from oneup.policy.rule import PlanRule, ResourceRule

BALANCED_KINDS: Final = ("Ingress", "Gateway", "TargetGroupBinding")
ROLE_ANNOTATION: Final = "eks.amazonaws.com/role-arn"
CASCADE: Final = "resources-finalizer.argocd.argoproj.io"
ROOT_NEEDS: Final = (LOAD_BALANCER_CONTROLLER, "external-dns", "argo-cd", "flux2")
"""Charts whose controllers clean up what the root Application deploys."""

FLUX: Final = "kustomize.toolkit.fluxcd.io"

PODLESS: Final = ("prometheus-operator-crds", "karpenter-crd", "base")
"""Charts that only install CRDs (``base`` is Istio's): they need no node."""

POD_IDENTITY_AGENT: Final = "eks-pod-identity-agent"
VOLUME_DRIVER: Final = "aws-ebs-csi-driver"


def balances(resource: Resource) -> bool:
    """Whether this may create a load balancer: an Ingress, a Service of that type, or values that enable one."""
    if resource.type == RELEASE:
        return any(_asks_for_one(part) for part in mappings(resource.inputs.get("values")))
    service = kind(resource) == "Service" and at(resource.inputs, "spec", "type") == "LoadBalancer"
    return is_object(resource) and (service or kind(resource) in BALANCED_KINDS)


def _asks_for_one(values: JsonMap) -> bool:
    """Whether one level of a chart's values turns on an ingress, or a Service of type LoadBalancer."""
    return is_true(at(values, "ingress", "enabled")) or values.get("type") == "LoadBalancer"


def claims(resource: Resource) -> bool:
    """Whether this may create a volume."""
    if resource.type == RELEASE:
        return any(_asks_for_a_volume(part) for part in mappings(resource.inputs.get("values")))
    return is_object(resource) and kind(resource) == "PersistentVolumeClaim"


def _asks_for_a_volume(values: JsonMap) -> bool:
    """Whether one level of a chart's values turns on persistence, or holds a claim's template."""
    persistent: Json = at(values, "persistence", "enabled")
    return is_true(persistent) or any(key.startswith("volumeClaimTemplate") for key in values)


def is_root(resource: Resource) -> bool:
    """Whether this is an Application of Argo CD, or a Kustomization of Flux, that the stack makes."""
    return (group(resource), kind(resource)) in (("argoproj.io", "Application"), (FLUX, "Kustomization"))


def _orphaned_balancers(graph: Graph) -> Iterator[tuple[Resource, str]]:
    served = graph.plan.resources if automatic(graph) else ()
    classes = [resource for resource in served if kind(resource) == "IngressClass"]
    for controller in (*releases(graph, LOAD_BALANCER_CONTROLLER), *classes):
        for resource in graph.plan.resources:
            if resource != controller and balances(resource) and not graph.needs(resource, controller):
                yield (
                    resource,
                    f"its load balancer is left behind if {controller.name} is deleted first; depend on it",
                )


def _orphaned_records(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for controller in releases(graph, "external-dns"):
        for resource in graph.plan.resources:
            if resource != controller and balances(resource) and not graph.needs(resource, controller):
                yield (
                    resource,
                    f"its DNS records are left behind if {controller.name} is deleted first; depend on it",
                )


def _orphaned_volumes(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for driver in addons(graph, VOLUME_DRIVER):
        for resource in graph.plan.resources:
            if claims(resource) and not graph.needs(resource, driver):
                yield resource, f"its volumes are left behind if {driver.name} is deleted first; depend on it"


def _hasty_root(graph: Graph) -> Iterator[tuple[Resource, str]]:
    cleaners = (*releases(graph, *ROOT_NEEDS), *addons(graph, VOLUME_DRIVER))
    for root in filter(is_root, graph.plan.resources):
        for cleaner in cleaners:
            if not graph.needs(root, cleaner):
                yield root, f"what it deploys is left behind if {cleaner.name} is deleted first; depend on it"


def _no_cascade(resource: Resource) -> Iterator[str]:
    if group(resource) == FLUX:
        if is_root(resource) and not is_true(at(resource.inputs, "spec", "prune")):
            yield "deleting it leaves its objects behind; set prune: true"
        return
    finalizers = items(at(resource.inputs, "metadata", "finalizers"))
    if is_root(resource) and not any(str(finalizer).startswith(CASCADE) for finalizer in finalizers):
        yield f"deleting it leaves its objects behind; add the finalizer {CASCADE}"


def _two_deliverers(graph: Graph) -> Iterator[tuple[Resource, str]]:
    roots = [resource for resource in graph.plan.resources if is_root(resource)]
    if any(group(root) != FLUX for root in roots):
        for root in roots:
            if group(root) == FLUX:
                yield root, "Argo CD and Flux would revert each other's changes; enable only one of them"


def _own_nodes(graph: Graph) -> Iterator[tuple[Resource, str]]:
    groups = of(graph, *NODE_GROUPS)
    for release in releases(graph):
        if chart(release) in PODLESS:
            continue
        if groups and not any(graph.needs(release, nodes) for nodes in groups):
            yield release, "it times out if no node runs its pods; depend on a managed node group"


def _no_identity_yet(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for user, needed in _identities(graph):
        for release in releases(graph):
            late = [one.name for one in needed if not graph.needs(release, one)]
            if release.parent == user and late:
                yield release, f"its pods may start before their identity ({', '.join(late)}); depend on it"


def _identities(graph: Graph) -> Iterator[tuple[str, tuple[Resource, ...]]]:
    """Each user of an identity, and the resources of that identity: by annotation (IRSA) or by association."""
    accounts = [resource for resource in graph.plan.resources if kind(resource) == "ServiceAccount"]
    for account in accounts:
        if ROLE_ANNOTATION in mapping(at(account.inputs, "metadata", "annotations")):
            yield account.parent, (account, *_rights(graph, account))
    agents = addons(graph, POD_IDENTITY_AGENT)
    for association in of(graph, POD_IDENTITY_ASSOCIATION):
        named = at(association.inputs, "serviceAccount")
        own = [one for one in accounts if one.parent == association.parent]
        account = [one for one in own if at(one.inputs, "metadata", "name") == named]
        yield association.parent, (*account, association, *_rights(graph, association), *agents)


def _nobody_hands_out(graph: Graph) -> Iterator[tuple[Resource, str]]:
    if addons(graph, POD_IDENTITY_AGENT) or automatic(graph):
        return
    by_addon = [addon for addon in of(graph, *ADDONS) if items(addon.inputs.get("podIdentityAssociations"))]
    for association in (*of(graph, POD_IDENTITY_ASSOCIATION), *by_addon):
        yield association, f"its pods get no credentials; add the EKS addon {POD_IDENTITY_AGENT}"


def _rights(graph: Graph, account: Resource) -> Iterator[Resource]:
    """What gives the role of a service account, or of its association, its rights."""
    roles = {role.urn for role in graph.named(account) if role.type == ROLE}
    for right in of(graph, ROLE_POLICY, ROLE_POLICY_ATTACHMENT):
        if any(role.urn in roles for role in graph.named(right)):
            yield right


RULES: Final = (
    PlanRule(
        name="balancers-cleaned",
        sentence="Everything that can create a load balancer is deleted before the controller that removes it.",
        seen=("pulumi-kubernetes#1739", "aws-load-balancer-controller#1629"),
        check=_orphaned_balancers,
    ),
    PlanRule(
        name="records-cleaned",
        sentence="Everything that can create a DNS record is deleted before external-dns.",
        seen=("external-dns#1758",),
        check=_orphaned_records,
    ),
    PlanRule(
        name="volumes-cleaned",
        sentence="Everything that can claim a volume is deleted before the CSI driver.",
        seen=("eksctl#274",),
        check=_orphaned_volumes,
    ),
    PlanRule(
        name="root-first-down",
        sentence="The root Application is deleted first, while the controllers that clean up still run.",
        seen=(
            "terraform-aws-eks-blueprints#865",
            "terraform-aws-eks-blueprints#1307",
            "argo-cd#7860",
            "cdk-eks-blueprints#262",
            "cdk-eks-blueprints#908",
        ),
        check=_hasty_root,
    ),
    ResourceRule(
        name="root-cascades",
        sentence="Deleting the root Application deletes what it deployed.",
        seen=("argo-cd#7860",),
        check=_no_cascade,
    ),
    PlanRule(
        name="one-deliverer",
        sentence="Either Argo CD or Flux deploys, never both.",
        check=_two_deliverers,
    ),
    PlanRule(
        name="nodes-first",
        sentence="Every release depends on a managed node group, which is deleted after it.",
        seen=("karpenter#5727", "karpenter#4223", "karpenter#6870"),
        check=_own_nodes,
    ),
    PlanRule(
        name="identity-first",
        sentence="A role, its policies and its service account exist before the pods that use them.",
        seen=("pod-identity-webhook#264", "eks-pod-identity-agent#52"),
        check=_no_identity_yet,
    ),
    PlanRule(
        name="identity-handed-out",
        sentence="If pods get roles through Pod Identity, its agent is installed.",
        check=_nobody_hands_out,
    ),
)
