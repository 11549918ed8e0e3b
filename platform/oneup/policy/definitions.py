"""Custom resources depend on what installs their CRDs."""

from collections.abc import Iterator
from typing import Final

from oneup.api_groups import BUILT_IN_API_GROUPS
from oneup.plan import Resource
from oneup.plan.charts import crd_sources_of
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import string_at
from oneup.plan.query import (
    api_group,
    auto_mode_clusters,
    eks_addons,
    is_object,
    object_kind,
    releases,
    resources_of_type,
)
from oneup.plan.resource_types.kubernetes import CRD
from oneup.policy.rule import PlanRule

AUTO_MODE: Final = "eks.amazonaws.com"
"""The API group of EKS Auto Mode's own custom resources."""


def is_custom_resource(resource: Resource) -> bool:
    """Whether the object's kind comes from a CRD."""
    return is_object(resource) and api_group(resource) not in BUILT_IN_API_GROUPS


def crd_sources(graph: DependencyGraph, resource: Resource) -> tuple[Resource, ...]:
    """What defines the kind of a custom resource in this plan."""
    return crd_sources_of_group(graph, api_group(resource))


def crd_sources_of_group(graph: DependencyGraph, name: str) -> tuple[Resource, ...]:
    """What defines the kinds of a group in this plan: definitions, releases, addons of EKS."""
    if name == AUTO_MODE:
        return auto_mode_clusters(graph)
    own = [
        definition
        for definition in resources_of_type(graph, CRD)
        if string_at(definition, "spec", "group") == name
    ]
    known = crd_sources_of(name)
    return (*own, *(releases(graph, *known) if known else ()), *eks_addons(graph, *known))


def _undefined(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in filter(is_custom_resource, graph.plan.resources):
        found = crd_sources(graph, resource)
        what = f"{object_kind(resource)} of {api_group(resource)}"
        if not found:
            yield resource, f"nothing in the stack installs the CRD of {what}; enable the addon that does"
        elif not any(graph.depends_on(resource, definer) for definer in found):
            names = " or ".join(definer.name for definer in found)
            yield resource, f"{what} may be created before its CRD; depend on {names}"


RULES: Final = (
    PlanRule(
        id="crds-before-custom-resources",
        description="A custom resource depends on what installs its CRD.",
        incidents=("pulumi-kubernetes#1712", "pulumi-kubernetes#3247"),
        check=_undefined,
    ),
)
