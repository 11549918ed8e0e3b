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
            stack,
            applicationQuota=granted,
            applicationRequests=dict.fromkeys(("pods", "cpuMillis", "memoryMib"), 0),
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
    assert "cpu" not in container["default"]
    assert volume["max"] == {"storage": "6Gi"}
