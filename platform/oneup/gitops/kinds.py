"""Kinds of objects by the names that RBAC has for them."""

from collections.abc import Iterable, Mapping

from oneup.gitops.projects import Kind


def resource(kind: str) -> str:
    """A kind's plural, as the API server makes it: ``networkpolicies`` for NetworkPolicy."""
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
