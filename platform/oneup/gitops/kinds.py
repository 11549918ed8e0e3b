"""RBAC resource names of Kubernetes kinds."""

from collections.abc import Iterable, Mapping

from oneup.gitops.projects import GroupKind


def resource_name(kind: str) -> str:
    """The RBAC resource name of a kind: ``networkpolicies`` for NetworkPolicy."""
    name = kind.lower()
    if name.endswith("chaos"):
        return name
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("ss") else f"{name}s"


def resources_by_group(kinds: Iterable[GroupKind]) -> Mapping[str, list[str]]:
    """The resources of each API group."""
    found: dict[str, list[str]] = {}
    for group, kind in kinds:
        found.setdefault(group, []).append(resource_name(kind))
    return found
