"""What is deleted individually, and what is deleted with its cluster."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import Graph
from oneup.plan.query import CLUSTERS, RELEASE, is_object, kind, of
from oneup.policy.order import balances, is_root
from oneup.policy.rule import PlanRule

OWNERS: Final = ("NodePool", "EC2NodeClass", "NodeClaim", "PersistentVolumeClaim")
"""Kinds that own resources outside the cluster."""


def owns_outside(resource: Resource) -> bool:
    """Whether resources outside the cluster are left behind unless this is deleted."""
    return balances(resource) or is_root(resource) or (is_object(resource) and kind(resource) in OWNERS)


def _one_by_one(graph: Graph) -> Iterator[tuple[Resource, str]]:
    if not of(graph, *CLUSTERS):
        return
    for resource in filter(is_object, graph.plan.resources):
        if not owns_outside(resource) and not resource.deleted_with and not _beside_owner(graph, resource):
            yield resource, "it cannot be deleted once the cluster is gone; set deletedWith to the cluster"


def _beside_owner(graph: Graph, resource: Resource) -> bool:
    """Whether the object belongs to a release that is uninstalled, and must be there until then."""
    parent = graph.by_urn.get(resource.parent)
    siblings = graph.children(parent) if parent and parent.type.startswith("oneup:") else ()
    return any(
        not sibling.deleted_with and (sibling.type == RELEASE or owns_outside(sibling))
        for sibling in siblings
    )


def _forgotten(resource: Resource) -> Iterator[str]:
    if resource.deleted_with and owns_outside(resource):
        yield "what it owns outside the cluster would be left behind; do not set deletedWith"


def _by_itself(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        for message in _forgotten(resource):
            yield resource, message


NOT_TOLD: Final = "the engine does not pass deletedWith and retainOnDelete to policy packs"

RULES: Final = (
    PlanRule(
        name="goes-with-cluster",
        sentence="Objects that own nothing outside the cluster are deleted with the cluster.",
        seen=("pulumi-kubernetes#2675", "pulumi-kubernetes#2517"),
        state_only=NOT_TOLD,
        check=_one_by_one,
    ),
    PlanRule(
        name="owners-deleted",
        sentence="Objects that own resources outside the cluster are deleted before the cluster.",
        seen=("karpenter#5727", "pulumi-kubernetes#1739"),
        state_only=NOT_TOLD,
        check=_by_itself,
    ),
)
