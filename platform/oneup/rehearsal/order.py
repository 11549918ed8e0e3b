"""A deterministic order of a plan's resources, independent of the SDK's registration order."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from oneup.plan import Resource


def ordered(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """Each resource after its dependencies; otherwise in the given order.

    Raises ``ValueError`` for dependency cycles.
    """
    by_urn = {resource.urn: resource for resource in resources}
    place = {urn: index for index, urn in enumerate(by_urn)}
    waiting = {urn: direct_dependencies(resource, by_urn) for urn, resource in by_urn.items()}
    needed_by: dict[str, list[str]] = {urn: [] for urn in by_urn}
    for urn, needed in waiting.items():
        for other in needed:
            needed_by[other].append(urn)
    ready = [(place[urn], urn) for urn, needed in waiting.items() if not needed]
    heapify(ready)
    result: list[Resource] = []
    while ready:
        _, urn = heappop(ready)
        result.append(by_urn[urn])
        for dependent in needed_by[urn]:
            waiting[dependent].discard(urn)
            if not waiting[dependent]:
                heappush(ready, (place[dependent], dependent))
    if len(result) < len(by_urn):
        stuck = sorted(urn for urn, needed in waiting.items() if needed)
        raise ValueError(f"dependency cycle: {', '.join(stuck)}")
    return tuple(result)


def direct_dependencies(resource: Resource, known: Mapping[str, Resource]) -> set[str]:
    """The URNs of a resource's dependencies that are in the plan.

    What it names itself: parent, provider, dependencies, and what it is deleted with. The SDK waits for
    these before it registers the resource, and the engine makes at once what is registered. A component
    among them stands for itself alone: where one of ours is depended on, the SDK has named what is in it.
    """
    provider = resource.provider.rpartition("::")[0]
    named = {resource.parent, provider, resource.deleted_with, *resource.dependencies}
    for urns in resource.property_dependencies.values():
        named.update(urns)
    return {urn for urn in named if urn in known and urn != resource.urn}


def destroy_order(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The order of deletion: each resource before its dependencies.

    Here a dependency on a component stands for all that was made under it before the dependent, which is
    how the engine orders deletions; a plan's own order has these before the dependent already.
    """
    return tuple(reversed(resources))
