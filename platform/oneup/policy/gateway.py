"""Ingress on an existing cluster: Kong is the only entry point, and its admin API is closed."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_mapping, is_true, mappings, string_at, value_at
from oneup.plan.query import is_object, object_kind, releases
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.policy.rule import PlanRule, ResourceRule

KONG: Final = "kong"
OPEN_TYPES: Final = ("LoadBalancer", "NodePort")
ADMIN_COMPONENTS: Final = ("admin", "manager", "portal", "portalapi")
"""Kong components that change or show its configuration; all but the first are on by default."""


def _other_entry_points(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    gateways = releases(graph, KONG)
    if not gateways:
        return
    for resource in graph.plan.resources:
        if resource not in gateways:
            for message in _exposes(resource):
                yield resource, f"{message}, not through Kong; expose it with an Ingress of class kong"


def _exposes(resource: Resource) -> Iterator[str]:
    """How a resource exposes something without Kong."""
    if resource.type == RELEASE:
        if any(part.get("type") in OPEN_TYPES for part in mappings(resource.inputs.get("values"))):
            yield "one of its Services is exposed outside the cluster"
    elif is_object(resource) and object_kind(resource) == "Service":
        if value_at(resource.inputs, "spec", "type") in OPEN_TYPES:
            yield "it is exposed outside the cluster"
    elif is_object(resource) and object_kind(resource) == "Ingress":
        other = string_at(resource, "spec", "ingressClassName")
        if other != KONG:
            yield f"its ingress class is {other or 'the default'}"


def _administration(release: Resource) -> Iterator[str]:
    values = as_mapping(release.inputs.get("values"))
    if release.type != RELEASE or not string_at(release, "chart").endswith(KONG):
        return
    for part in ADMIN_COMPONENTS:
        enabled = value_at(values, part, "enabled")
        if is_true(enabled) or (enabled is None and part != "admin"):
            yield f"{part} is reachable from the network; set values.{part}.enabled to false"
    for key in ("admin_listen", "admin_gui_listen"):
        listens = str(value_at(values, "env", key) or "off")
        if any(not part.strip().startswith(("127.0.0.1", "[::1]", "off")) for part in listens.split(",")):
            yield f"env.{key} is {listens}; keep the chart's default, which is the pod's loopback"


RULES: Final = (
    PlanRule(
        id="single-entry-point",
        description="If Kong is installed, nothing else is exposed outside the cluster.",
        check=_other_entry_points,
    ),
    ResourceRule(
        id="kong-admin-api-closed",
        description="Only Kong's controller can reach Kong's admin API and UIs.",
        check=_administration,
    ),
)
