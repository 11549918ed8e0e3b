"""Constraints of AWS resources."""

from collections.abc import Iterator

from oneup.plan import Resource
from oneup.plan.charts import VOLUME_DRIVER, eks_addon_facts, eks_addon_names
from oneup.plan.inputs import string_at
from oneup.plan.query import eks_addons, resources_of_type
from oneup.plan.resource_types.cluster import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    CLUSTERS,
    EKS_ADDONS,
    NODE_GROUPS,
)
from oneup.plan.resource_types.engine import KUBERNETES_PROVIDER
from oneup.plan.resource_types.identity import ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT
from oneup.plan.resource_types.monitoring import LOG_GROUP
from oneup.plan.resource_types.network import ROUTE, ROUTE_TABLE_ASSOCIATION
from oneup.rehearsal.constraints.constraint import Constraint, PlanIndex, require_all, require_any


def constraints(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    """Constraints of an AWS resource or the Kubernetes provider, in addition to data flow."""
    yield from _in_a_cluster(world, resource)
    if resource.type in CLUSTERS:
        own = f"/aws/eks/{string_at(resource, 'name')}/cluster"
        groups = [
            group for group in resources_of_type(world.graph, LOG_GROUP) if string_at(group, "name") == own
        ]
        yield from require_all(groups, "EKS would create its own log group")
    if resource.type in NODE_GROUPS:
        yield from _of_nodes(world, resource)
    if resource.type in EKS_ADDONS:
        yield from _of_an_addon(world, resource)
    if resource.type in (*NODE_GROUPS, *EKS_ADDONS, *CLUSTERS):
        yield from require_all(
            role_policies(world, resource), "it does not become ready without its role's policies"
        )
    if resource.type == KUBERNETES_PROVIDER:
        entries = resources_of_type(world.graph, ACCESS_POLICY_ASSOCIATION) or resources_of_type(
            world.graph, ACCESS_ENTRY
        )
        yield from require_any(entries, "the API rejects principals without an access entry")


def role_policies(world: PlanIndex, user: Resource) -> list[Resource]:
    """The policies of the roles that flow into a resource."""
    graph = world.graph
    roles = {role.urn for role in _through_any(world, user) if role.type == ROLE}
    given = resources_of_type(graph, ROLE_POLICY, ROLE_POLICY_ATTACHMENT)
    return [right for right in given if any(role.urn in roles for role in _through_any(world, right))]


def _through_any(world: PlanIndex, resource: Resource) -> Iterator[Resource]:
    for name in resource.property_dependencies:
        yield from world.graph.dependencies_of_input(resource, name)


def _in_a_cluster(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    """A resource with a cluster's name depends on the cluster, although the name is known earlier."""
    named = string_at(resource, "clusterName")
    clusters = resources_of_type(world.graph, *CLUSTERS) if named else ()
    yield from require_all(
        (one for one in clusters if string_at(one, "name") == named), "it belongs to the cluster"
    )


def _of_nodes(world: PlanIndex, group: Resource) -> Iterator[Constraint]:
    """Nodes need the API, image pulls and pod addresses from the start."""
    graph = world.graph
    yield from require_all(
        eks_addons(graph, "vpc-cni"), "the CNI's configuration determines how many pods a node runs"
    )
    subnets = {subnet.urn for subnet in graph.dependencies_of_input(group, "subnetIds")}
    for association in resources_of_type(graph, ROUTE_TABLE_ASSOCIATION):
        if not subnets.intersection(one.urn for one in graph.dependencies_of_input(association, "subnetId")):
            continue
        yield from require_all(
            (association,), "its nodes reach the API and registries through their route table"
        )
        tables = {table.urn for table in graph.dependencies_of_input(association, "routeTableId")}
        for route in resources_of_type(graph, ROUTE):
            if tables.intersection(table.urn for table in graph.dependencies_of_input(route, "routeTableId")):
                yield from require_all((route,), "its nodes reach the API and registries through this route")


def _of_an_addon(world: PlanIndex, addon: Resource) -> Iterator[Constraint]:
    facts = eks_addon_facts(string_at(addon, "addonName"))
    if facts.waits_for_nodes:
        yield from require_any(world.nodes, "its pods need a node")
    if facts.needs_dns:
        servers = eks_addon_names(lambda one: one.serves_dns)
        yield from require_all(eks_addons(world.graph, *servers), "it resolves AWS host names")
    if facts.name == VOLUME_DRIVER:
        yield from require_all(eks_addons(world.graph, "snapshot-controller"), "it watches the snapshot CRDs")
