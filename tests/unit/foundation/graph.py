"""What a plan's resources wait for, as the engine sees it."""

from oneup.plan import Plan, Resource


def find(plan: Plan, kind: str, name: str) -> Resource:
    """The one resource of this type (its last part, such as ``NodeGroup``) and name."""
    found = [resource for resource in plan.resources if resource.name == name and _kind(resource) == kind]
    assert len(found) == 1, f"{len(found)} resources {kind} {name}"
    return found[0]


def all_of(plan: Plan, kind: str) -> tuple[Resource, ...]:
    """All resources of a type, given by its last part."""
    return tuple(resource for resource in plan.resources if _kind(resource) == kind)


def label(resource: Resource) -> str:
    """Type and name, for reading: ``NodeGroup workers``."""
    return f"{_kind(resource)} {resource.name}"


def direct(plan: Plan, resource: Resource) -> set[str]:
    """What the resource waits for by itself, as labels."""
    by_urn = {other.urn: other for other in plan.resources}
    return {label(by_urn[urn]) for urn in _named(resource) if urn in by_urn}


def earlier(plan: Plan, resource: Resource) -> set[str]:
    """All that exists before the resource and outlives it, as labels.

    A component stands for itself only: its children wait for it, not it for them.
    """
    by_urn = {other.urn: other for other in plan.resources}
    seen: set[str] = set()
    waiting = [resource.urn]
    while waiting:
        current = by_urn[waiting.pop()]
        parents = {current.parent} if current.parent in by_urn else set[str]()
        for urn in (_named(current) | parents) - seen:
            if urn in by_urn:
                seen.add(urn)
                waiting.append(urn)
    return {label(by_urn[urn]) for urn in seen}


def _named(resource: Resource) -> set[str]:
    provider = resource.provider.rsplit("::", 1)[0]
    return {provider, resource.deleted_with, *resource.dependencies} - {""}


def _kind(resource: Resource) -> str:
    return resource.type.rsplit(":", 1)[-1]
