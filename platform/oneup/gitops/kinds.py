"""RBAC resource names of Kubernetes kinds."""

from collections.abc import Iterable, Mapping

from oneup.gitops.projects import Kind


def resource(kind: str) -> str:
    """The RBAC resource name of a kind: ``networkpolicies`` for NetworkPolicy."""
    name = kind.lower()
    if name.endswith("chaos"):
        return name
    if name.endswith("y"):
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith("ss") else f"{name}s"


def by_group(kinds: Iterable[Kind]) -> Mapping[str, list[str]]:
    """The resources of each API group."""
    found: dict[str, list[str]] = {}
    for group, kind in kinds:
        found.setdefault(group, []).append(resource(kind))
    return found
