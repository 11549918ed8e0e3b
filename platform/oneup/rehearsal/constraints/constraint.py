"""One constraint, and what a rule may ask of the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import Graph
from oneup.plan.query import NODE_GROUPS, automatic, is_object, kind, object_place, of

NAMED: Final = ("ConfigMap", "Secret", "PriorityClass", "StorageClass", "IngressClass", "Namespace")
"""Kinds that other objects refer to by name."""


@dataclass(frozen=True)
class Need:
    """A constraint: one of these must exist first."""

    any_of: tuple[str, ...]
    """URNs; the first one that exists satisfies it."""

    why: str
    """The reason, as a clause: ``its pods need a node``."""


def each(resources: Iterable[Resource], why: str) -> Iterable[Need]:
    """A constraint for each of them."""
    return (Need((resource.urn,), why) for resource in resources)


def one_of(resources: Sequence[Resource], why: str) -> Iterable[Need]:
    """A constraint that any of them satisfies; none if there are none."""
    return [Need(tuple(resource.urn for resource in resources), why)] if resources else []


class World:
    """An index of a plan for constraints."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def nodes(self) -> tuple[Resource, ...]:
        """What creates nodes; empty on an existing cluster."""
        return of(self.graph, *NODE_GROUPS) or automatic(self.graph)

    @cached_property
    def _objects(self) -> dict[tuple[str, str, str], Resource]:
        return {
            (kind(item), *object_place(item)): item
            for item in self.graph.plan.resources
            if is_object(item) and kind(item) in NAMED
        }

    def object(self, kind_: str, name: str, namespace: str = "") -> tuple[Resource, ...]:
        """The object with that name, if it is in the plan."""
        found = self._objects.get((kind_, namespace, name))
        return (found,) if found else ()

    def objects(self, kind_: str) -> tuple[Resource, ...]:
        """All objects of a kind that others refer to."""
        return tuple(item for (one, _, _), item in self._objects.items() if one == kind_)
