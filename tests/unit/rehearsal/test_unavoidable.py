"""The stacks wait for nothing that they can do without; what they wait for, they need."""

from dataclasses import replace

import pytest

from oneup.plan import Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.rehearsal.durations import durations
from oneup.rehearsal.lower_bound import MAX_RATIO, lower_bound
from oneup.rehearsal.order import ordered
from oneup.rehearsal.timeline import predict

LASTS = durations()
STACKS = ("staging", "production", "baremetal", "local")


@pytest.fixture(params=STACKS)
def plan(request: pytest.FixtureRequest) -> Plan:
    """The plan of each of the project's stacks."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Plan)
    return found


def too_long(plan: Plan) -> list[str]:
    """The waits without need of a plan that takes too long; none where it does not."""
    timeline, least = predict(plan, LASTS), lower_bound(plan, LASTS)
    if timeline.seconds <= MAX_RATIO * least.seconds:
        return []
    return [f"{timeline.seconds:.0f} s instead of {least.seconds:.0f} s", *map(str, least.delays(timeline))]


def waiting(plan: Plan, name: str, for_: str) -> Plan:
    """The plan with one more edge: what has a type and a name waits for another."""
    one, other = (found(plan, *each.split(" ")) for each in (name, for_))
    late = replace(one, dependencies=(*one.dependencies, other.urn))
    return Plan(plan.stack, ordered(late if item == one else item for item in plan.resources))


def found(plan: Plan, kind: str, name: str) -> Resource:
    (item,) = (item for item in plan.resources if item.type.endswith(f":{kind}") and item.name == name)
    return item


def test_a_stack_takes_hardly_longer_than_what_is_unavoidable(plan: Plan) -> None:
    assert too_long(plan) == []


def test_whatever_is_needed_by_nature_is_waited_for(plan: Plan) -> None:
    """Else the plan lacks an edge; and with this, no chain is longer than the prediction."""
    graph, least = DependencyGraph(plan), lower_bound(plan, LASTS)
    lacking = [
        f"{resource.name} does not wait for {need.any_of}, though {need.reason}"
        for resource in plan.resources
        for need in least.constraints[resource.urn]
        if not graph.all_dependencies(resource).intersection(need.any_of)
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("late", "early"),
    [
        ("Release kube-prometheus-stack", "Release loki"),
        ("Cluster cluster", "NatGateway nat-eu-central-1a"),
        ("Cluster cluster", "CertificateValidation platform"),
        ("Release argo-cd", "Release kube-prometheus-stack"),
    ],
)
def test_an_edge_without_need_is_caught_by_name(production: Plan, late: str, early: str) -> None:
    said = too_long(waiting(production, late, early))
    named = [text.rpartition(" ")[2] for text in (late, early)]
    assert any(text.startswith(f"{named[0]} waits ") and f" for {named[1]}," in text for text in said), said


def test_an_edge_that_costs_nothing_is_no_delay(production: Plan) -> None:
    timeline = predict(waiting(production, "Bucket logs", "Key encryption"), LASTS)
    assert timeline.seconds == predict(production, LASTS).seconds


def test_the_chain_goes_from_the_network_to_the_slowest_release(production: Plan) -> None:
    least = lower_bound(production, LASTS)
    kinds = [link.resource.type.rpartition(":")[2] for link in least.chain]
    assert kinds[:3] == ["Vpc", "Subnet", "Cluster"]
    assert kinds.index("NodeGroup") > kinds.index("Addon") > kinds.index("Cluster")
    assert [link.resource.name for link in least.chain][-1] == "kube-prometheus-stack"


def test_the_steps_of_the_chain_make_up_the_whole(plan: Plan) -> None:
    least = lower_bound(plan, LASTS)
    assert sum(link.seconds for link in least.chain) == least.seconds > 0
    assert least.chain[0].start == 0
    assert [link.start for link in least.chain[1:]] == [link.finish for link in least.chain[:-1]]
    assert all(link.reason for link in least.chain[1:])
    assert least.seconds <= predict(plan, LASTS).seconds


def test_one_of_two_node_groups_is_enough(production: Plan) -> None:
    """A release needs a node, and not the slowest of all."""
    remote = "eks:index:ManagedNodeGroup"
    changed = tuple(
        replace(item, type=remote) if item == found(production, "NodeGroup", "spot") else item
        for item in production.resources
    )
    release = found(production, "Release", "kube-prometheus-stack").urn
    slow = replace(LASTS, types={**LASTS.types, remote: 900.0})
    starts = [lower_bound(plan, slow).steps[release].start for plan in (production, Plan("s", changed))]
    assert starts[0] == starts[1]


def test_an_empty_plan_waits_for_nothing() -> None:
    least = lower_bound(Plan("s", ()), LASTS)
    assert (least.seconds, list(least.chain), list(least.delays(predict(Plan("s", ()), LASTS)))) == (
        0,
        [],
        [],
    )
