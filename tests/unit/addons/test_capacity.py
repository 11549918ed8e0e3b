"""Whether the nodes hold the addons: what nodes give, what is asked, and what is refused."""

import re
from collections.abc import Sequence

import pytest

from oneup.addonkit.addon import Addon
from oneup.installation import select
from oneup.installation.capacity import NodeCapacity, allocatable, requested, utilization
from oneup.installation.choose import SelectionError
from oneup.outputs import capacity
from oneup.plan import Json
from oneup.settings.addons import Addons
from oneup.settings.instances import instance_type
from oneup.settings.model import AwsSettings
from tests.support.stacks import settings
from tests.support.variants import by_name

NOTHING: dict[str, Json] = {
    str(Addons.model_fields[name].alias): {"enabled": False} for name in Addons.model_fields
}


def on_aws(stack: str = "staging", **changes: Json) -> AwsSettings:
    found = settings(stack, **changes)
    assert isinstance(found, AwsSettings)
    return found


def group(kind: str, first: int, most: int, **more: Json) -> dict[str, Json]:
    sizes = {"minSize": 0, "desiredSize": first, "maxSize": most}
    return {"name": "workers", "instanceTypes": [kind], **sizes, **more}


def nodes(kind: str, first: int, most: int) -> dict[str, Json]:
    return {"nodeGroups": [group(kind, first, most)]}


@pytest.mark.parametrize(
    ("name", "cpu", "seen_mib"),
    # Allocatable as such nodes report it: cores less the kubelet's share; memory within a few percent.
    [("t3.large", 1930, 7000), ("m6i.xlarge", 3920, 14700), ("m5.2xlarge", 7910, 30500)],
)
def test_a_node_gives_what_such_nodes_report(name: str, cpu: int, seen_mib: int) -> None:
    kind = instance_type(name)
    assert kind
    room = allocatable(kind, prefix_delegation=False)
    assert room.cpu_millis == cpu
    assert abs(room.memory_mib - seen_mib) < 0.05 * seen_mib


def test_prefixes_give_more_pods_and_cost_memory() -> None:
    kind = instance_type("t3.large")
    assert kind
    without, with_prefixes = (allocatable(kind, prefix_delegation=on) for on in (False, True))
    assert (without.pods, with_prefixes.pods) == (35, 110)
    assert with_prefixes.memory_mib == without.memory_mib - 75 * 11


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_projects_own_stacks_fit_on_their_first_nodes(stack: str) -> None:
    found = utilization(on_aws(stack), select(settings(stack)).addons)
    assert found
    assert found.allocatable.fits(found.requested)
    assert len(found.lines) == 3


@pytest.mark.parametrize("versions", by_name().values(), ids=by_name())
def test_the_largest_pod_is_one_of_those_that_are_counted(versions: Sequence[Addon]) -> None:
    for own in (addon.requests for addon in versions):
        assert own.largest_pod_cpu_millis <= own.cpu_millis <= own.largest_pod_cpu_millis * own.pods
        assert own.largest_pod_memory_mib <= own.memory_mib <= own.largest_pod_memory_mib * own.pods


def test_what_runs_on_every_node_counts_on_every_node() -> None:
    stack = on_aws()
    addons = select(stack).addons
    two, three = (requested(stack, addons, count) for count in (2, 3))
    each = NodeCapacity(
        three.pods - two.pods, three.cpu_millis - two.cpu_millis, three.memory_mib - two.memory_mib
    )
    daemons = sum(addon.requests.daemon_pods for addon in addons)
    assert each.pods == 5 + daemons
    assert each.memory_mib == 150 + sum(addon.requests.daemon_memory_mib for addon in addons)


def refusal(**changes: Json) -> str:
    with pytest.raises(SelectionError) as raised:
        select(settings("staging", **changes))
    return "\n".join(raised.value.problems)


def test_too_few_nodes_are_refused_with_the_numbers() -> None:
    said = refusal(cluster={"prefixDelegation": False}, **nodes("t3.medium", 1, 1))
    assert re.search(
        r"request \d+ pods, [\d.]+ vCPU and [\d.]+ GiB; 1 nodes provide 17 pods, 1\.9 vCPU", said
    )
    assert "raise nodeGroups[].maxSize, or choose larger instance types" in said


def test_without_an_autoscaler_the_first_nodes_must_do() -> None:
    addons: Json = {"clusterAutoscaler": {"enabled": False}}
    said = refusal(addons=addons, **nodes("t3.medium", 1, 20))
    assert "raise nodeGroups[].desiredSize" in said


def test_a_pod_that_fits_on_no_node_is_named() -> None:
    said = refusal(cluster={"prefixDelegation": True}, **nodes("t3.micro", 4, 50))
    assert "a pod of argo-cd requests up to 250m CPU and 1024 MiB; the largest node has" in said


def test_the_smallest_nodes_do_where_the_addons_are_off() -> None:
    small = {**nodes("t3.micro", 4, 8), "workload": {"pods": 0, "cpuMillis": 0, "memoryMib": 0}}
    stack = settings("staging", cluster={"prefixDelegation": True}, addons=NOTHING, **small)
    assert select(stack).addons == ()


def test_groups_that_repel_pods_hold_no_addons() -> None:
    batch = group("m5.xlarge", 4, 9, name="batch", taints=[{"key": "only", "value": "batch"}])
    stack = on_aws(nodeGroups=[group("m5.2xlarge", 1, 1), batch])
    found = utilization(stack, select(stack).addons)
    assert found
    assert found.nodes == 1


def test_types_without_figures_are_not_judged() -> None:
    stack = on_aws(nodeGroups=[group("x9.large", 1, 1)])
    assert utilization(stack, select(stack).addons) is None


def test_auto_mode_makes_nodes_for_whatever_is_asked() -> None:
    pages: Json = {"kubePrometheusStack": {"alertmanager": {"allowedCidrs": []}}}
    stack = on_aws(cluster={"autoMode": {}}, nodeGroups=[], addons=pages)
    chosen = select(stack)
    assert utilization(stack, chosen.addons) is None
    (said,) = capacity(stack, chosen)
    assert said.startswith("EKS Auto Mode creates nodes on demand")
