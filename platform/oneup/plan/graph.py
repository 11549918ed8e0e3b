"""The dependency graph of a plan."""

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from oneup.plan import Plan, Resource

REMOTE: Final = "eks:index:"
"""Prefix of the types of pulumi-eks's remote components."""


class DependencyGraph:
    """A plan and its dependencies: the order of creation and, in reverse, of deletion.

    A resource depends on its explicit dependencies, its provider and its parent. A dependency on a
    component of the stack's own counts for nothing here: the SDK has put the resources that it held by
    then in its place. To depend on a component of pulumi-eks means to depend on what it makes itself.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._reached: dict[str, frozenset[str]] = {}

    @cached_property
    def by_urn(self) -> dict[str, Resource]:
        """The plan's resources by URN, in the order of registration."""
        return {resource.urn: resource for resource in self.plan.resources}

    @cached_property
    def _children(self) -> dict[str, list[Resource]]:
        children: dict[str, list[Resource]] = defaultdict(list)
        for resource in self.plan.resources:
            children[resource.parent].append(resource)
        return children

    def children(self, resource: Resource) -> tuple[Resource, ...]:
        """The resources directly under this one."""
        return tuple(self._children.get(resource.urn, ()))

    def explicit_dependencies(self, resource: Resource) -> tuple[Resource, ...]:
        """What a resource depends on explicitly: by ``depends_on`` or through an input."""
        urns = dict.fromkeys(resource.dependencies)
        for through in resource.property_dependencies.values():
            urns.update(dict.fromkeys(through))
        return tuple(self.by_urn[urn] for urn in urns if urn in self.by_urn)

    def dependencies_of_input(self, resource: Resource, input_name: str) -> tuple[Resource, ...]:
        """The resources whose outputs flow into one input."""
        urns = resource.property_dependencies.get(input_name, ())
        return tuple(self.by_urn[urn] for urn in urns if urn in self.by_urn)

    def direct_dependencies(self, resource: Resource) -> tuple[Resource, ...]:
        """The resources that a resource waits for directly."""
        urns: dict[str, None] = {}
        for needed in self.explicit_dependencies(resource):
            urns[needed.urn] = None
            urns.update(dict.fromkeys(self._within(needed)))
        provider = resource.provider.rpartition("::")[0]
        urns.update(dict.fromkeys((provider, resource.parent)))
        return tuple(self.by_urn[urn] for urn in urns if urn in self.by_urn and urn != resource.urn)

    def _within(self, needed: Resource) -> Iterator[str]:
        """What a component of pulumi-eks creates: its children, except components that we add."""
        if needed.type.startswith(REMOTE):
            for child in self.children(needed):
                if not child.type.startswith(REMOTE):
                    yield child.urn

    def all_dependencies(self, resource: Resource) -> frozenset[str]:
        """The URNs of all direct and indirect dependencies."""
        known = self._reached.get(resource.urn)
        if known is not None:
            return known
        found: set[str] = set()
        ahead = [resource]
        while ahead:
            for needed in self.direct_dependencies(ahead.pop()):
                if needed.urn in found:
                    continue
                found.add(needed.urn)
                if (settled := self._reached.get(needed.urn)) is not None:
                    found |= settled
                else:
                    ahead.append(needed)
        self._reached[resource.urn] = frozenset(found)
        return self._reached[resource.urn]

    def depends_on(self, resource: Resource, other: Resource) -> bool:
        """Whether a resource is created after the other, and deleted before it."""
        return other.urn in self.all_dependencies(resource)
