"""Inherent dependencies: what each resource cannot be created without, regardless of ``depends_on``.

They follow from data flow (an input is another's output) or from constraints (a pod needs a node). None
of the program's ``depends_on`` count: what they add is avoidable waiting.
"""

from collections.abc import Iterator, Mapping

from oneup.plan import Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.rehearsal.constraints import aws, kubernetes
from oneup.rehearsal.constraints.constraint import Constraint, PlanIndex

__all__ = ["Constraint", "inherent_dependencies"]


def inherent_dependencies(plan: Plan) -> Mapping[str, tuple[Constraint, ...]]:
    """The constraints of each resource by URN, without duplicates."""
    world = PlanIndex(DependencyGraph(plan))
    return {resource.urn: _unrepeated(resource, world) for resource in plan.resources}


def _unrepeated(resource: Resource, world: PlanIndex) -> tuple[Constraint, ...]:
    found = (
        *_data(resource, world),
        *aws.constraints(world, resource),
        *kubernetes.constraints(world, resource),
    )
    first: dict[tuple[str, ...], Constraint] = {}
    for need in found:
        if resource.urn not in need.any_of:
            first.setdefault(need.any_of, need)
    return tuple(first.values())


def _data(resource: Resource, world: PlanIndex) -> Iterator[Constraint]:
    """Data flow: outputs of other resources in inputs."""
    for name, urns in sorted(resource.property_dependencies.items()):
        for urn in urns:
            if urn in world.graph.by_urn:
                yield Constraint((urn,), f"its {name} is an output of the step above")
