"""Properties of the subnet plan."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneup.settings.subnets import ZoneSubnets, plan_subnets, zone_capacity

ZONES = tuple(f"eu-central-1{letter}" for letter in "abcdef")


@st.composite
def vpcs(draw: st.DrawFn, narrowest: int = 23) -> IPv4Network:
    prefix = draw(st.integers(16, narrowest))
    return IPv4Network((draw(st.integers(0, 2**prefix - 1)) << (32 - prefix), prefix))


@st.composite
def plans(draw: st.DrawFn) -> tuple[IPv4Network, list[ZoneSubnets]]:
    vpc = draw(vpcs())
    count = draw(st.integers(1, zone_capacity(vpc)))
    return vpc, list(plan_subnets(str(vpc), ZONES[:count]).zones)


def blocks(zone: ZoneSubnets) -> list[IPv4Network]:
    return [IPv4Network(zone.public), IPv4Network(zone.private), IPv4Network(zone.isolated)]


@given(plans())
def test_subnets_lie_in_the_vpc_and_apart(plan: tuple[IPv4Network, list[ZoneSubnets]]) -> None:
    vpc, zones = plan
    every = [block for zone in zones for block in blocks(zone)]
    assert all(block.subnet_of(vpc) for block in every)
    assert not any(one.overlaps(other) for one, other in combinations(every, 2))


@given(plans())
def test_private_subnets_are_much_larger(plan: tuple[IPv4Network, list[ZoneSubnets]]) -> None:
    for zone in plan[1]:
        public, private, isolated = blocks(zone)
        assert private.num_addresses >= 4 * max(public.num_addresses, isolated.num_addresses)


@given(plans())
def test_a_load_balancer_and_a_database_find_room(plan: tuple[IPv4Network, list[ZoneSubnets]]) -> None:
    for zone in plan[1]:
        public, _, isolated = blocks(zone)
        assert max(public.prefixlen, isolated.prefixlen) <= 27


@given(vpcs())
def test_a_zone_appended_moves_nothing(vpc: IPv4Network) -> None:
    whole = plan_subnets(str(vpc), ZONES[: zone_capacity(vpc)]).zones
    for count in range(len(whole)):
        assert plan_subnets(str(vpc), ZONES[:count]).zones == whole[:count]


@given(vpcs(28))
def test_more_zones_than_fit_are_refused(vpc: IPv4Network) -> None:
    with pytest.raises(ValueError, match="has room for"):
        plan_subnets(str(vpc), [f"z{n}" for n in range(zone_capacity(vpc) + 1)])


@pytest.mark.parametrize(("prefix", "room"), [(16, 6), (21, 6), (22, 3), (23, 2), (24, 1), (25, 0), (28, 0)])
def test_room_for_zones(prefix: int, room: int) -> None:
    assert zone_capacity(IPv4Network(f"10.0.0.0/{prefix}")) == room


def test_the_plan_of_a_usual_vpc() -> None:
    first, _, third = plan_subnets("10.0.0.0/16", ZONES[:3]).zones
    assert first == ZoneSubnets("eu-central-1a", "10.0.192.0/22", "10.0.0.0/19", "10.0.224.0/22")
    assert third == ZoneSubnets("eu-central-1c", "10.0.200.0/22", "10.0.64.0/19", "10.0.232.0/22")
