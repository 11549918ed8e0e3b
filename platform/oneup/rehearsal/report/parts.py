"""The parts of a stack: components, EKS addons and single resources."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from oneup.plan import Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.resource_types.cluster import ADDON
from oneup.plan.resource_types.engine import PROVIDERS, STACK
from oneup.plan.resource_types.kubernetes import PREFIX


@dataclass(frozen=True)
class Part:
    """A component with its resources, an EKS addon, or a single resource."""

    top: Resource
    resources: tuple[Resource, ...]
    """The resources without pure components."""


def is_real(resource: Resource) -> bool:
    """Whether it is neither the stack, nor a provider, nor one of our components."""
    ours = resource.type == STACK or resource.type.startswith(("oneup:", PROVIDERS))
    return not ours


def short_type(resource: Resource) -> str:
    """The last word of the type: ``Subnet`` of ``aws:ec2/subnet:Subnet``."""
    return resource.type.rpartition(":")[2]


def owner(resource: Resource) -> str:
    """Who creates a resource; the style sheet has a colour for each."""
    if resource.type.startswith("eks:") or resource.type.startswith("aws:eks/"):
        return "eks"
    if resource.type.startswith(PREFIX):
        return "release" if short_type(resource) == "Release" else "kubernetes"
    return "aws"


def owner_of_part(part: Part) -> str:
    """Who mainly creates a part: Helm, EKS, or the owner of most resources."""
    made_by = [owner(resource) for resource in part.resources]
    leading = [name for name in ("release", "eks") if name in made_by]
    return leading[0] if leading else Counter(made_by).most_common(1)[0][0]


def part_of_resource(plan: Plan) -> Mapping[str, Resource]:
    """The top of the part that each resource belongs to, by URN; the stack belongs to none.

    Resources with the same name and no component form one part: a key and its alias.
    """
    by_urn = {resource.urn: resource for resource in plan.resources}
    found: dict[str, Resource] = {}
    lone: dict[str, Resource] = {}
    for resource in plan.resources:
        if resource.type == STACK:
            continue
        top = resource
        while top.type != ADDON and top.parent in by_urn and by_urn[top.parent].type != STACK:
            top = by_urn[top.parent]
        found[resource.urn] = lone.setdefault(top.name, top) if top.custom else top
    return found


def parts(plan: Plan) -> Sequence[Part]:
    """The parts of a plan, in its order; providers are none."""
    members: dict[str, list[Resource]] = {}
    top_of = part_of_resource(plan)
    for resource in plan.resources:
        if resource.urn in top_of and is_real(resource):
            members.setdefault(top_of[resource.urn].urn, []).append(resource)
    by_urn = {resource.urn: resource for resource in plan.resources}
    return [Part(by_urn[urn], tuple(held)) for urn, held in members.items()]


def part_dependencies(plan: Plan) -> Mapping[str, frozenset[str]]:
    """Which parts each part needs, by the URN of its top."""
    graph, top_of = DependencyGraph(plan), part_of_resource(plan)
    needs: dict[str, set[str]] = {}
    for resource in filter(is_real, plan.resources):
        here = top_of[resource.urn].urn
        there = {top_of[need.urn].urn for need in graph.explicit_dependencies(resource) if is_real(need)}
        needs.setdefault(here, set()).update(there - {here})
    return {urn: frozenset(found) for urn, found in needs.items()}


def resource_dependencies(plan: Plan) -> Mapping[str, frozenset[str]]:
    """The explicit dependencies of each resource, by URN."""
    graph = DependencyGraph(plan)
    return {
        resource.urn: frozenset(need.urn for need in graph.explicit_dependencies(resource) if is_real(need))
        for resource in plan.resources
        if is_real(resource)
    }


def transitive_reduction(needs: Mapping[str, Iterable[str]]) -> Mapping[str, frozenset[str]]:
    """The transitive reduction of the dependencies."""
    reach: dict[str, frozenset[str]] = {}

    def all_of(urn: str, trail: frozenset[str]) -> frozenset[str]:
        if urn not in reach:
            found: set[str] = set()
            for need in needs.get(urn, ()):
                if need not in trail:
                    found |= {need} | all_of(need, trail | {urn})
            reach[urn] = frozenset(found)
        return reach[urn]

    for urn in needs:
        all_of(urn, frozenset())
    return {
        urn: frozenset(need for need in direct if not any(need in reach.get(other, ()) for other in direct))
        for urn, direct in needs.items()
    }
