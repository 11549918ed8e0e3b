"""What is deleted individually, and what is deleted with its cluster."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.query import is_object, object_kind, resources_of_type
from oneup.plan.resource_types.cluster import CLUSTERS
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.policy.order import creates_load_balancer, is_root
from oneup.policy.rule import PlanRule

EXTERNAL_OWNER_KINDS: Final = ("NodePool", "EC2NodeClass", "NodeClaim", "PersistentVolumeClaim")
"""Kinds that own resources outside the cluster."""


def owns_external_resources(resource: Resource) -> bool:
    """Whether resources outside the cluster are left behind unless this is deleted."""
    return (
        creates_load_balancer(resource)
        or is_root(resource)
        or (is_object(resource) and object_kind(resource) in EXTERNAL_OWNER_KINDS)
    )


def _deleted_individually(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    if not resources_of_type(graph, *CLUSTERS):
        return
    for resource in filter(is_object, graph.plan.resources):
        if (
            not owns_external_resources(resource)
            and not resource.deleted_with
            and not _beside_owner(graph, resource)
        ):
            yield resource, "it cannot be deleted once the cluster is gone; set deletedWith to the cluster"


def _beside_owner(graph: DependencyGraph, resource: Resource) -> bool:
    """Whether the object belongs to a release that is uninstalled, and must be there until then."""
    parent = graph.by_urn.get(resource.parent)
    siblings = graph.children(parent) if parent and parent.type.startswith("oneup:") else ()
    return any(
        not sibling.deleted_with and (sibling.type == RELEASE or owns_external_resources(sibling))
        for sibling in siblings
    )


def _skipped_on_destroy(resource: Resource) -> Iterator[str]:
    if resource.deleted_with and owns_external_resources(resource):
        yield "what it owns outside the cluster would be left behind; do not set deletedWith"


def _external_owners(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        for message in _skipped_on_destroy(resource):
            yield resource, message


OFFLINE_ONLY: Final = "the engine does not pass deletedWith and retainOnDelete to policy packs"

RULES: Final = (
    PlanRule(
        id="deleted-with-cluster",
        description="Objects that own nothing outside the cluster are deleted with the cluster.",
        incidents=("pulumi-kubernetes#2675", "pulumi-kubernetes#2517"),
        offline_only_reason=OFFLINE_ONLY,
        check=_deleted_individually,
    ),
    PlanRule(
        id="external-resource-owners-deleted",
        description="Objects that own resources outside the cluster are deleted before the cluster.",
        incidents=("karpenter#5727", "pulumi-kubernetes#1739"),
        offline_only_reason=OFFLINE_ONLY,
        check=_external_owners,
    ),
)
