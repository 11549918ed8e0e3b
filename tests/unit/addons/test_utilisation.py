"""The first nodes are as full as they should be, or a warning says which sizes would be right."""

import re

import pytest

from oneup.installation import select
from oneup.installation.capacity import NodeCapacity, requested, schedulable_groups, utilization
from oneup.installation.choose import SelectionError
from oneup.installation.sizing import better_sizes, is_in_range, min_nodes, sizing_warnings
from oneup.plan import Json
from oneup.settings.applications import ApplicationRequests
from oneup.settings.model import AwsSettings
from tests.support.stacks import settings


def on_aws(stack: str, **changes: Json) -> AwsSettings:
    found = settings(stack, **changes)
    assert isinstance(found, AwsSettings)
    return found


def said(stack: AwsSettings) -> list[str]:
    return [str(problem) for problem in sizing_warnings(stack, select(stack).addons)]


def resized(stack: str, **desired: int) -> AwsSettings:
    """A stack whose node groups start with other sizes."""
    present = on_aws(stack)
    changed = tuple(
        group.model_copy(update={"desired_size": desired.get(group.name, group.desired_size)})
        for group in present.node_groups
    )
    return present.model_copy(update={"node_groups": changed})


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_projects_own_stacks_are_as_full_as_they_should_be(stack: str) -> None:
    assert said(on_aws(stack)) == []


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_each_zone_has_a_node_that_is_not_taken_away(stack: str) -> None:
    found = on_aws(stack)
    lasting = sum(group.desired_size for group in found.node_groups if group.capacity == "ON_DEMAND")
    assert lasting >= len(found.network.zones)


def test_one_of_each_fits_in_two_zones_when_the_third_is_lost() -> None:
    """The worst of the three takes the spot node with it; what ran twice goes on in the other two."""
    stack = on_aws("production")
    left = len(stack.network.zones) - 1
    room = next(
        room for group, room in schedulable_groups(stack) or () if group.name == "workers"
    ).multiplied(left)
    once = on_aws("production", availability="single")
    assert room.fits(requested(once, select(once).addons, left))


@pytest.mark.parametrize(("spot", "place"), [(9, "of the CPU"), (0, "of the memory")])
def test_too_many_and_too_few_are_told_with_the_numbers_and_a_better_size(spot: int, place: str) -> None:
    (warning,) = said(resized("production", workers=3, spot=spot))
    assert re.match(
        r"nodeGroups: \d+ nodes at desired size provide \d+ pods, [\d.]+ vCPU and [\d.]+ GiB; ", warning
    )
    assert re.search(rf"\d+ % {place}", warning)
    assert ": desired sizes workers 3, spot " in warning


def test_the_better_size_is_one_of_which_nothing_is_said() -> None:
    stack = resized("staging", workers=6, spot=3)
    better = better_sizes(stack, select(stack).addons)
    assert better
    sizes, found = better
    assert is_in_range(found)
    assert said(resized("staging", **sizes)) == []
    for group in stack.node_groups:
        assert group.min_size <= sizes[group.name] <= group.max_size


def test_no_size_below_one_node_for_each_zone_is_proposed() -> None:
    stack = on_aws("production")
    assert (min_nodes(stack), min_nodes(on_aws("staging"))) == (3, 1)
    idle = stack.model_copy(update={"workload": stack.workload.model_copy(update={"memory_mib": 0})})
    better = better_sizes(idle, select(idle).addons)
    assert better is None or sum(better[0].values()) >= 3


def test_types_that_fit_in_no_number_are_told_what_would() -> None:
    lean: Json = [
        {"name": "one", "instanceTypes": ["c6i.4xlarge"], "minSize": 1, "desiredSize": 3, "maxSize": 9}
    ]
    (warning,) = said(on_aws("production", nodeGroups=lean))
    ratio = re.search(r"choose instance types with about ([\d.]+) GiB allocatable per vCPU", warning)
    assert ratio
    assert 2 < float(ratio[1]) < 5


def test_the_applications_count_as_the_addons_do() -> None:
    stack = on_aws("staging")
    idle = stack.model_copy(update={"workload": ApplicationRequests()})
    full, none = (utilization(each, select(stack).addons) for each in (stack, idle))
    own = stack.workload
    assert full
    assert none
    assert full.requested == none.requested + NodeCapacity(own.pods, own.cpu_millis, own.memory_mib)


def test_applications_that_no_size_holds_are_refused() -> None:
    with pytest.raises(SelectionError, match=r"applications request .*maxSize"):
        select(on_aws("staging", workload={"cpuMillis": 40_000}))


@pytest.mark.parametrize("stack", ["baremetal", "local"])
def test_nodes_that_are_there_already_are_nobodys_choice(stack: str) -> None:
    found = settings(stack)
    assert list(sizing_warnings(found, select(found).addons)) == []


def test_nothing_is_said_of_nodes_that_are_made_for_whatever_is_asked() -> None:
    pages: Json = {"kubePrometheusStack": {"alertmanager": {"allowedCidrs": []}}}
    assert said(on_aws("staging", cluster={"autoMode": {}}, nodeGroups=[], addons=pages)) == []
