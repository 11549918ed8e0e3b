"""Security groups are closed, and nodes are in private subnets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oneup.plan import UNKNOWN, Json, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, string_at, value_at
from oneup.plan.query import resources_of_type
from oneup.plan.resource_types.cluster import LAUNCH_TEMPLATE, NODE_GROUPS
from oneup.plan.resource_types.network import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SUBNET,
    VPC,
)
from oneup.policy.rule import PlanRule, ResourceRule

ANY_CIDR: Final = frozenset({"0.0.0.0/0", "::/0"})
PUBLIC_PORTS: Final = frozenset({80, 443})
"""Ports that a load balancer may open to the internet."""

CLUSTER_TAG: Final = "kubernetes.io/cluster/"
PUBLIC_SUBNET_TAG: Final = "kubernetes.io/role/elb"


@dataclass(frozen=True)
class SecurityGroupRule:
    """One rule of a security group, however it is written."""

    is_ingress: bool
    sources: tuple[str, ...]
    first: Json
    last: Json
    description: str


def security_group_rules(resource: Resource) -> Iterator[SecurityGroupRule]:
    """The rules that a resource adds to a security group."""
    inputs = resource.inputs
    if resource.type in (INGRESS_RULE, EGRESS_RULE):
        sources = (string_at(resource, "cidrIpv4"), string_at(resource, "cidrIpv6"))
        yield _opening(inputs, sources, inward=resource.type == INGRESS_RULE)
    elif resource.type == SECURITY_GROUP_RULE:
        yield _opening(inputs, _blocks(inputs), inward=inputs.get("type") == "ingress")
    elif resource.type in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        for direction in ("ingress", "egress"):
            for rule in as_list(inputs.get(direction)):
                yield _opening(rule, _blocks(rule), inward=direction == "ingress")


def _opening(rule: Json, sources: tuple[str, ...], *, inward: bool) -> SecurityGroupRule:
    description = value_at(rule, "description")
    return SecurityGroupRule(
        inward,
        sources,
        value_at(rule, "fromPort"),
        value_at(rule, "toPort"),
        str(description) if description else "",
    )


def _blocks(rule: Json) -> tuple[str, ...]:
    return (*as_strings(value_at(rule, "cidrBlocks")), *as_strings(value_at(rule, "ipv6CidrBlocks")))


def _open_to_all(resource: Resource) -> Iterator[str]:
    for opening in security_group_rules(resource):
        for source in sorted(ANY_CIDR.intersection(opening.sources)):
            offered = opening.first == opening.last and opening.first in PUBLIC_PORTS
            if opening.is_ingress and not (offered and opening.description):
                yield (
                    f"ports {opening.first} to {opening.last} are open to {source}; name the sources"
                    " (only ports 80 and 443 of a load balancer may be open to all, with a description)"
                )


def _unnamed_rules(resource: Resource) -> Iterator[str]:
    for opening in security_group_rules(resource):
        if not opening.description:
            way = "ingress" if opening.is_ingress else "egress"
            yield f"an {way} rule has no description; add one"


def _default_group_in_use(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    emptied = {
        vpc.urn
        for group in resources_of_type(graph, DEFAULT_SECURITY_GROUP)
        if not list(security_group_rules(group))
        for vpc in graph.dependencies_of_input(group, "vpcId")
    }
    for vpc in resources_of_type(graph, VPC):
        if vpc.urn not in emptied:
            yield vpc, "its default security group allows traffic between members; manage it without rules"


def _public(subnet: Resource) -> bool:
    tagged = bool(value_at(subnet.inputs, "tags", PUBLIC_SUBNET_TAG))
    return tagged or is_true(subnet.inputs.get("mapPublicIpOnLaunch"))


def _public_nodes(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    by_id = {
        subnet.id: subnet for subnet in resources_of_type(graph, SUBNET) if subnet.id not in ("", UNKNOWN)
    }
    for nodes in resources_of_type(graph, *NODE_GROUPS):
        named = [by_id[name] for name in as_strings(nodes.inputs.get("subnetIds")) if name in by_id]
        subnets = {
            subnet.urn: subnet for subnet in (*named, *graph.dependencies_of_input(nodes, "subnetIds"))
        }
        for subnet in subnets.values():
            if subnet.type == SUBNET and _public(subnet):
                yield nodes, f"its nodes are in the public subnet {subnet.name}; use private subnets"


def _two_tagged_groups(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    tagged = [
        group
        for group in resources_of_type(graph, SECURITY_GROUP)
        if any(key.startswith(CLUSTER_TAG) for key in as_mapping(group.inputs.get("tags")))
    ]
    own = [
        template
        for template in resources_of_type(graph, LAUNCH_TEMPLATE)
        if template.inputs.get("vpcSecurityGroupIds")
    ]
    for group in tagged if not own else tagged[1:]:
        yield (
            group,
            f"two security groups of a node have the tag {CLUSTER_TAG}…, one of them EKS's own, and the load"
            " balancer controller fails; remove the tag from this one",
        )


RULES: Final = (
    ResourceRule(
        id="security-group-no-open-ingress",
        controls=(
            "AWS FSBP EC2.18",
            "AWS FSBP EC2.19",
        ),
        description="No security group is open to the internet, except ports 80 and 443 of a load balancer.",
        check=_open_to_all,
    ),
    ResourceRule(
        id="security-group-rule-descriptions",
        description="Every security group rule has a description.",
        check=_unnamed_rules,
    ),
    PlanRule(
        id="default-security-group-empty",
        controls=("AWS FSBP EC2.2",),
        description="The default security group of every VPC has no rules.",
        check=_default_group_in_use,
    ),
    PlanRule(
        id="nodes-in-private-subnets",
        controls=(
            "CIS EKS 5.4.3",
            "AWS FSBP EC2.9",
        ),
        description="Nodes are in private subnets.",
        check=_public_nodes,
    ),
    PlanRule(
        id="one-cluster-tagged-security-group",
        description="Only one security group of a node has the cluster tag.",
        incidents=(
            "terraform-aws-eks#1879",
            "terraform-aws-eks#3684",
            "aws-load-balancer-controller#1594",
        ),
        check=_two_tagged_groups,
    ),
)
