"""The predicted bring-up."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from oneup.plan import Plan, Resource
from oneup.rehearsal.durations import Durations, durations
from oneup.rehearsal.order import direct_dependencies
from oneup.rehearsal.timeline import Timeline, predict
from tests.unit.rehearsal.graphs import TYPES, plans, urn

SECONDS = st.fixed_dictionaries({token: st.integers(0, 600).map(float) for token in TYPES})


def lasting(seconds: Mapping[str, float]) -> Durations:
    return Durations(seconds, {}, {})


def longest_chain(plan: Plan, lasts: Durations) -> float:
    """The slow way: try every chain."""
    known = {resource.urn: resource for resource in plan.resources}

    def until(resource: Resource) -> float:
        before = (until(known[other]) for other in direct_dependencies(resource, known))
        return max(before, default=0) + lasts.of(resource)

    return max(map(until, plan.resources))


@given(plans(), SECONDS)
def test_the_whole_takes_as_long_as_its_longest_chain(plan: Plan, seconds: Mapping[str, float]) -> None:
    assert predict(plan, lasting(seconds)).seconds == longest_chain(plan, lasting(seconds))


@given(plans(), SECONDS)
def test_a_step_starts_when_the_last_of_its_needs_is_there(plan: Plan, seconds: Mapping[str, float]) -> None:
    timeline = predict(plan, lasting(seconds))
    known = {resource.urn: resource for resource in plan.resources}
    for step in timeline.steps:
        finished = [timeline.by_urn[other].finish for other in direct_dependencies(step.resource, known)]
        assert step.start == max(finished, default=0)
        assert step.seconds == lasting(seconds).of(step.resource)


@given(plans(), SECONDS)
def test_the_critical_path_is_a_chain_without_slack(plan: Plan, seconds: Mapping[str, float]) -> None:
    timeline = predict(plan, lasting(seconds))
    path = timeline.critical_path
    assert sum(step.seconds for step in path) == timeline.seconds
    assert all(step.critical and step.seconds for step in path)
    assert [step.start for step in path[1:]] == [step.finish for step in path[:-1]]


@given(plans(), SECONDS, st.data())
def test_a_step_may_be_late_by_its_slack_and_no_more(
    plan: Plan, seconds: Mapping[str, float], data: st.DataObject
) -> None:
    timeline = predict(plan, lasting(seconds))
    late = data.draw(st.sampled_from(timeline.steps))

    def delayed(extra: float) -> Timeline:
        """The same with one more resource of that length before the late one's dependents."""
        renamed = Resource(
            urn=late.resource.urn,
            type="late",
            custom=True,
            dependencies=tuple(sorted(direct_dependencies(late.resource, timeline_resources(timeline)))),
        )
        changed = tuple(renamed if item == late.resource else item for item in plan.resources)
        return predict(Plan("s", changed), lasting({**seconds, "late": late.seconds + extra}))

    assert delayed(late.slack).seconds == timeline.seconds
    assert delayed(late.slack + 1).seconds == timeline.seconds + 1


def timeline_resources(timeline: Timeline) -> Mapping[str, Resource]:
    return {step.resource.urn: step.resource for step in timeline.steps}


def test_a_component_is_waited_for_but_takes_no_time() -> None:
    component = Resource(urn=urn(0), type="oneup:platform:Network", custom=False)
    child = Resource(urn=urn(1), type="aws:ec2/vpc:Vpc", custom=True, parent=urn(0))
    assert [step.seconds for step in predict(Plan("s", (component, child)), durations()).steps] == [0, 12]


def test_an_empty_plan_takes_no_time() -> None:
    timeline = predict(Plan("s", ()), durations())
    assert (timeline.seconds, timeline.critical_path) == (0, ())
