"""Dependencies are followed as the engine follows them."""

from oneup.plan.graph import DependencyGraph

from .plans import made, plan

PROVIDER = made("pulumi:providers:aws", "aws")
COMPONENT = made("oneup:platform:Network", "network", custom=False)
VPC = made("aws:ec2/vpc:Vpc", "vpc", parent=COMPONENT, provider=PROVIDER)
CLUSTER = made("eks:index:Cluster", "cluster", parent=COMPONENT, custom=False)
INNER = made("aws:eks/cluster:Cluster", "cluster", parent=CLUSTER)
ADDON = made("eks:index:Addon", "cni", parent=CLUSTER, custom=False)
USER = made("aws:ec2/subnet:Subnet", "user", needs=(VPC, CLUSTER))
LAST = made("aws:ec2/subnet:Subnet", "last", through={"vpcId": USER})
GRAPH = DependencyGraph(plan(PROVIDER, COMPONENT, VPC, CLUSTER, INNER, ADDON, USER, LAST))


def test_a_remote_component_stands_for_what_it_makes_and_not_for_what_is_put_under_it() -> None:
    assert GRAPH.depends_on(USER, INNER)
    assert not GRAPH.depends_on(USER, ADDON)


def test_a_component_of_the_stack_stands_for_nothing() -> None:
    lone = made("aws:ec2/subnet:Subnet", "lone", needs=(COMPONENT,))
    assert not DependencyGraph(plan(PROVIDER, COMPONENT, VPC, lone)).depends_on(lone, VPC)


def test_a_need_reaches_through_others() -> None:
    assert GRAPH.depends_on(LAST, PROVIDER)
    assert not GRAPH.depends_on(VPC, LAST)


def test_a_child_needs_its_parent_and_not_the_other_way_round() -> None:
    assert GRAPH.depends_on(VPC, COMPONENT)
    assert not GRAPH.depends_on(COMPONENT, VPC)


def test_an_input_knows_whose_output_flows_into_it() -> None:
    assert GRAPH.dependencies_of_input(LAST, "vpcId") == (USER,)
    assert GRAPH.dependencies_of_input(LAST, "other") == ()


def test_a_cycle_ends() -> None:
    here = made("a:b:C", "here", needs=(made("a:b:C", "there"),))
    there = made("a:b:C", "there", needs=(here,))
    assert DependencyGraph(plan(here, there)).depends_on(here, there)


def test_a_dependency_that_the_plan_does_not_hold_is_none() -> None:
    lone = made("a:b:C", "lone", needs=(made("a:b:C", "gone"),))
    assert DependencyGraph(plan(lone)).all_dependencies(lone) == frozenset()
