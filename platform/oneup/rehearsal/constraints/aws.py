"""Constraints of AWS resources."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.inputs import text
from oneup.plan.query import (
    ADDONS,
    CLUSTERS,
    KUBERNETES_PROVIDER,
    LOG_GROUP,
    NODE_GROUPS,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    addons,
    of,
)
from oneup.rehearsal.constraints.constraint import Need, World, each, one_of

ROUTE: Final = "aws:ec2/route:Route"
ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ACCESS: Final = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
ACCESS_ENTRY: Final = "aws:eks/accessEntry:AccessEntry"

PODDED: Final = (
    "amazon-cloudwatch-observability",
    "aws-ebs-csi-driver",
    "aws-guardduty-agent",
    "coredns",
    "snapshot-controller",
)
"""EKS addons that are only complete when their pods run."""

BY_NAME: Final = ("aws-ebs-csi-driver", "amazon-cloudwatch-observability")
"""Those that resolve AWS host names."""


def needs(world: World, resource: Resource) -> Iterator[Need]:
    """Constraints of an AWS resource or the Kubernetes provider, in addition to data flow."""
    yield from _in_a_cluster(world, resource)
    if resource.type in CLUSTERS:
        own = f"/aws/eks/{text(resource, 'name')}/cluster"
        groups = [group for group in of(world.graph, LOG_GROUP) if text(group, "name") == own]
        yield from each(groups, "EKS would create its own log group")
    if resource.type in NODE_GROUPS:
        yield from _of_nodes(world, resource)
    if resource.type in ADDONS:
        yield from _of_an_addon(world, resource)
    if resource.type in (*NODE_GROUPS, *ADDONS, *CLUSTERS):
        yield from each(rights(world, resource), "it does not become ready without its role's policies")
    if resource.type == KUBERNETES_PROVIDER:
        entries = of(world.graph, ACCESS) or of(world.graph, ACCESS_ENTRY)
        yield from one_of(entries, "the API rejects principals without an access entry")


def rights(world: World, user: Resource) -> list[Resource]:
    """The policies of the roles that flow into a resource."""
    graph = world.graph
    roles = {role.urn for role in _through_any(world, user) if role.type == ROLE}
    given = of(graph, ROLE_POLICY, ROLE_POLICY_ATTACHMENT)
    return [right for right in given if any(role.urn in roles for role in _through_any(world, right))]


def _through_any(world: World, resource: Resource) -> Iterator[Resource]:
    for name in resource.property_dependencies:
        yield from world.graph.through(resource, name)


def _in_a_cluster(world: World, resource: Resource) -> Iterator[Need]:
    """A resource with a cluster's name depends on the cluster, although the name is known earlier."""
    named = text(resource, "clusterName")
    clusters = of(world.graph, *CLUSTERS) if named else ()
    yield from each((one for one in clusters if text(one, "name") == named), "it belongs to the cluster")


def _of_nodes(world: World, group: Resource) -> Iterator[Need]:
    """Nodes need the API, image pulls and pod addresses from the start."""
    graph = world.graph
    yield from each(addons(graph, "vpc-cni"), "the CNI's configuration determines how many pods a node runs")
    subnets = {subnet.urn for subnet in graph.through(group, "subnetIds")}
    for association in of(graph, ASSOCIATION):
        if not subnets.intersection(one.urn for one in graph.through(association, "subnetId")):
            continue
        yield from each((association,), "its nodes reach the API and registries through their route table")
        tables = {table.urn for table in graph.through(association, "routeTableId")}
        for route in of(graph, ROUTE):
            if tables.intersection(table.urn for table in graph.through(route, "routeTableId")):
                yield from each((route,), "its nodes reach the API and registries through this route")


def _of_an_addon(world: World, addon: Resource) -> Iterator[Need]:
    name = text(addon, "addonName")
    if name in PODDED:
        yield from one_of(world.nodes, "its pods need a node")
    if name in BY_NAME:
        yield from each(addons(world.graph, "coredns"), "it resolves AWS host names")
    if name == "aws-ebs-csi-driver":
        yield from each(addons(world.graph, "snapshot-controller"), "it watches the snapshot CRDs")
