"""The one order of a plan."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneup.plan import Plan, Resource
from oneup.rehearsal.order import destroy_order, direct_dependencies, ordered
from tests.unit.rehearsal.graphs import plans, urn


def by_urn(plan: Plan) -> dict[str, Resource]:
    return {resource.urn: resource for resource in plan.resources}


@given(plans(), st.randoms(use_true_random=False))
def test_each_resource_comes_after_all_that_it_needs(plan: Plan, random: Random) -> None:
    shuffled = list(plan.resources)
    random.shuffle(shuffled)
    seen: set[str] = set()
    for resource in ordered(shuffled):
        assert direct_dependencies(resource, by_urn(plan)) <= seen
        seen.add(resource.urn)
    assert seen == set(by_urn(plan))


@given(plans())
def test_an_order_that_serves_is_kept(plan: Plan) -> None:
    assert ordered(plan.resources) == plan.resources


@given(plans())
def test_on_the_way_down_each_goes_before_all_that_it_needs(plan: Plan) -> None:
    gone: set[str] = set()
    for resource in destroy_order(plan.resources):
        assert not direct_dependencies(resource, by_urn(plan)) & gone
        gone.add(resource.urn)


def test_resources_that_need_each_other_are_refused() -> None:
    pair = [
        Resource(urn=urn(me), type="t", custom=True, dependencies=(urn(other),))
        for me, other in ((0, 1), (1, 0))
    ]
    with pytest.raises(ValueError, match=r"dependency cycle: .*::r1, .*::r0"):
        ordered(pair)
