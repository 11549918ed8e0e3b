"""One order for a plan's resources, whatever order the SDK happened to register them in."""

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush

from oneup.plan import Resource


def ordered(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Each resource after its parent, its provider and all that it depends on; else by URN."""
    by_urn = {resource.urn: resource for resource in resources}
    waiting = {urn: needs(resource, by_urn) for urn, resource in by_urn.items()}
    needed_by: dict[str, list[str]] = {urn: [] for urn in by_urn}
    for urn, needed in waiting.items():
        for other in needed:
            needed_by[other].append(urn)
    ready = [urn for urn, needed in waiting.items() if not needed]
    heapify(ready)
    result: list[Resource] = []
    while ready:
        urn = heappop(ready)
        result.append(by_urn[urn])
        for dependent in needed_by[urn]:
            waiting[dependent].discard(urn)
            if not waiting[dependent]:
                heappush(ready, dependent)
    return tuple(result)


def needs(resource: Resource, known: Mapping[str, Resource]) -> set[str]:
    """The URNs that a resource names: parent, provider and dependencies."""
    provider = resource.provider.rsplit("::", 1)[0] if resource.provider else ""
    named = {resource.parent, provider, resource.deleted_with, *resource.dependencies}
    for urns in resource.property_dependencies.values():
        named.update(urns)
    return {urn for urn in named if urn in known}
