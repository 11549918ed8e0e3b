"""One constraint, and what a rule may ask of the plan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import Graph
from oneup.plan.query import NODE_GROUPS, automatic, is_object, kind, object_place, of

NAMED: Final = ("ConfigMap", "Secret", "PriorityClass", "StorageClass", "IngressClass", "Namespace")
"""Kinds that other objects name."""


@dataclass(frozen=True)
class Need:
    """What must be there first: one of these."""

    any_of: tuple[str, ...]
    """URNs; the first of them that is there is enough."""

    why: str
    """After "because": ``its pods need a node``."""


def each(resources: Iterable[Resource], why: str) -> Iterable[Need]:
    """A need of every one of them."""
    return (Need((resource.urn,), why) for resource in resources)


def one_of(resources: Sequence[Resource], why: str) -> Iterable[Need]:
    """A need of any of them; nothing where there is none."""
    return [Need(tuple(resource.urn for resource in resources), why)] if resources else []


class World:
    """A plan as the rules look at it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @cached_property
    def nodes(self) -> tuple[Resource, ...]:
        """Whatever brings nodes; nothing where they are there already."""
        return of(self.graph, *NODE_GROUPS) or automatic(self.graph)

    @cached_property
    def _objects(self) -> dict[tuple[str, str, str], Resource]:
        return {
            (kind(item), *object_place(item)): item
            for item in self.graph.plan.resources
            if is_object(item) and kind(item) in NAMED
        }

    def object(self, kind_: str, name: str, namespace: str = "") -> tuple[Resource, ...]:
        """The object of that name, where the plan makes it."""
        found = self._objects.get((kind_, namespace, name))
        return (found,) if found else ()

    def objects(self, kind_: str) -> tuple[Resource, ...]:
        """All objects of a kind that others name."""
        return tuple(item for (one, _, _), item in self._objects.items() if one == kind_)
