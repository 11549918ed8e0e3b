"""Quotas and defaults of the applications' namespaces."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.plan import Resource
from oneup.workspace.prepare import application_namespaces, prepare
from tests.support.recorder import handle, record, waits
from tests.support.stacks import STACKS, settings

Spec = Mapping[str, Mapping[str, str]]


def limited(stack: str, kind: str, **granted: int) -> dict[str, Resource]:
    def program() -> None:
        configured = settings(
            stack, limits=granted, workload=dict.fromkeys(("pods", "cpuMillis", "memoryMib"), 0)
        )
        prepare(configured, handle(aws=configured.foundation == "aws"), ())

    return {item.name: item for item in record(program) if item.type == f"kubernetes:core/v1:{kind}"}


@pytest.mark.parametrize("stack", STACKS)
def test_each_namespace_of_applications_has_both_once_it_is_there(stack: str) -> None:
    homes = [home.name for home in application_namespaces(settings(stack))]
    for kind in ("ResourceQuota", "LimitRange"):
        found = limited(stack, kind)
        assert sorted(found) == sorted(f"{home}/applications" for home in homes)
        for home in homes:
            assert waits(found[f"{home}/applications"]) == {"control-plane", home}


def mebibytes(quantity: str) -> int:
    return int(quantity[:-2]) * {"Mi": 1, "Gi": 1024}[quantity[-2:]]


@pytest.mark.parametrize("stack", STACKS)
def test_containers_that_ask_for_nothing_fill_no_quota_and_no_node(stack: str) -> None:
    """Pods that a quota counts fit into it by their defaults, and use at most twice what is reserved for them."""
    home = application_namespaces(settings(stack))[-1].name
    hard = cast(Spec, limited(stack, "ResourceQuota")[f"{home}/applications"].inputs["spec"])["hard"]
    held = limited(stack, "LimitRange")[f"{home}/applications"]
    container, _ = cast(Mapping[str, list[Spec]], held.inputs["spec"])["limits"]
    request, limit = container["defaultRequest"], container["default"]
    pods = int(hard["pods"])
    assert mebibytes(request["memory"]) * pods <= mebibytes(hard["requests.memory"])
    assert int(request["cpu"].removesuffix("m")) * pods <= int(hard["requests.cpu"]) * 1000
    assert mebibytes(request["memory"]) <= mebibytes(limit["memory"]) <= 2 * mebibytes(request["memory"])


def test_a_quota_is_what_the_settings_grant() -> None:
    granted = {"cpu": 3, "memoryGib": 5, "pods": 7, "volumes": 0, "storageGib": 9, "loadBalancers": 0}
    quota = limited("staging", "ResourceQuota", **granted)["staging/applications"]
    assert cast(Spec, quota.inputs["spec"])["hard"] == {
        "requests.cpu": "3",
        "requests.memory": "5Gi",
        "requests.storage": "9Gi",
        "persistentvolumeclaims": "0",
        "pods": "7",
        "services.loadbalancers": "0",
    }


def test_what_a_quota_counts_a_container_has_by_default() -> None:
    """Else a pod that asks for nothing would be refused for the sake of the quota."""
    quota = limited("staging", "ResourceQuota")["staging/applications"]
    counted = {key.removeprefix("requests.") for key in cast(Spec, quota.inputs["spec"])["hard"]}
    held = limited("staging", "LimitRange", containerMemoryGib=2, volumeGib=6)["staging/applications"]
    container, volume = cast(Mapping[str, list[Spec]], held.inputs["spec"])["limits"]
    assert {"cpu", "memory"} & counted <= container["defaultRequest"].keys()
    assert container["max"] == {"memory": "2Gi"}
    assert mebibytes(container["defaultRequest"]["memory"]) <= mebibytes(container["default"]["memory"])
    assert "cpu" not in container["default"]
    assert volume["max"] == {"storage": "6Gi"}
