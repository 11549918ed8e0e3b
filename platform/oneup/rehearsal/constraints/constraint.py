"""One constraint, and what a rule may ask of the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.query import auto_mode_clusters, is_object, namespace_and_name, object_kind, resources_of_type
from oneup.plan.resource_types.cluster import NODE_GROUPS

REFERENCED_KINDS: Final = (
    "ConfigMap",
    "Secret",
    "PriorityClass",
    "StorageClass",
    "IngressClass",
    "Namespace",
)
"""Kinds that other objects refer to by name."""


@dataclass(frozen=True)
class Constraint:
    """A constraint: one of these must exist first."""

    any_of: tuple[str, ...]
    """URNs; the first one that exists satisfies it."""

    reason: str
    """The reason, as a clause: ``its pods need a node``."""


def require_all(resources: Iterable[Resource], why: str) -> Iterable[Constraint]:
    """A constraint for each of them."""
    return (Constraint((resource.urn,), why) for resource in resources)


def require_any(resources: Sequence[Resource], why: str) -> Iterable[Constraint]:
    """A constraint that any of them satisfies; none if there are none."""
    return [Constraint(tuple(resource.urn for resource in resources), why)] if resources else []


class PlanIndex:
    """An index of a plan for constraints."""

    def __init__(self, graph: DependencyGraph) -> None:
        self.graph = graph

    @cached_property
    def nodes(self) -> tuple[Resource, ...]:
        """What creates nodes; empty on an existing cluster."""
        return resources_of_type(self.graph, *NODE_GROUPS) or auto_mode_clusters(self.graph)

    @cached_property
    def _objects(self) -> dict[tuple[str, str, str], Resource]:
        return {
            (object_kind(item), *namespace_and_name(item)): item
            for item in self.graph.plan.resources
            if is_object(item) and object_kind(item) in REFERENCED_KINDS
        }

    def object(self, kind_: str, name: str, namespace: str = "") -> tuple[Resource, ...]:
        """The object with that name, if it is in the plan."""
        found = self._objects.get((kind_, namespace, name))
        return (found,) if found else ()

    def objects(self, kind_: str) -> tuple[Resource, ...]:
        """All objects of a kind that others refer to."""
        return tuple(item for (one, _, _), item in self._objects.items() if one == kind_)
