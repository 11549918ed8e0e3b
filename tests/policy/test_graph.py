"""Dependencies are followed as the engine follows them."""

from oneup.policy.graph import Graph

from .plans import made, plan

PROVIDER = made("pulumi:providers:aws", "aws")
COMPONENT = made("oneup:platform:Network", "network", custom=False)
EARLY = made("aws:ec2/vpc:Vpc", "early", parent=COMPONENT, provider=PROVIDER)
USER = made("aws:ec2/subnet:Subnet", "user", needs=(COMPONENT,))
LATE = made("aws:ec2/vpc:Vpc", "late", parent=COMPONENT)
LAST = made("aws:ec2/subnet:Subnet", "last", through={"vpcId": USER})
GRAPH = Graph(plan(PROVIDER, COMPONENT, EARLY, USER, LATE, LAST))


def test_a_component_stands_for_what_was_under_it_before() -> None:
    assert GRAPH.needs(USER, EARLY)
    assert not GRAPH.needs(USER, LATE)


def test_a_need_reaches_through_others() -> None:
    assert GRAPH.needs(LAST, PROVIDER)
    assert not GRAPH.needs(EARLY, LAST)


def test_a_child_needs_its_parent_and_not_the_other_way_round() -> None:
    assert GRAPH.needs(EARLY, COMPONENT)
    assert not GRAPH.needs(COMPONENT, EARLY)


def test_an_input_knows_whose_output_flows_into_it() -> None:
    assert GRAPH.through(LAST, "vpcId") == (USER,)
    assert GRAPH.through(LAST, "other") == ()


def test_a_cycle_ends() -> None:
    here = made("a:b:C", "here", needs=(made("a:b:C", "there"),))
    there = made("a:b:C", "there", needs=(here,))
    assert Graph(plan(here, there)).needs(here, there)


def test_a_dependency_that_the_plan_does_not_hold_is_none() -> None:
    lone = made("a:b:C", "lone", needs=(made("a:b:C", "gone"),))
    assert Graph(plan(lone)).reach(lone) == frozenset()
