"""What belongs to the cluster itself, and when it goes in."""

import pytest

from oneup.workspace.namespace import KUBE_SYSTEM, Namespace
from oneup.workspace.prepare import prepare
from oneup.workspace.priority import PRIORITIES
from tests.recorder import Registered, handle, record
from tests.stacks import settings

ODD = Namespace("odd", "privileged", "mounts the host")


def prepared(stack: str, *namespaces: Namespace) -> dict[tuple[str, str], Registered]:
    def program() -> None:
        configured = settings(stack)
        prepare(configured, handle(aws=configured.foundation == "aws"), namespaces)

    return {(item.type, item.name): item for item in record(program)}


def metadata(made: dict[tuple[str, str], Registered], name: str) -> dict[str, dict[str, str]]:
    found = made["kubernetes:core/v1:Namespace", name].inputs["metadata"]
    assert isinstance(found, dict)
    return found  # pyright: ignore[reportUnknownVariableType] - the recorder knows no types of inputs


def test_namespaces_carry_their_pod_security_at_the_clusters_version() -> None:
    made = prepared("production", Namespace("plain"), ODD)
    prefix = "pod-security.kubernetes.io"
    assert metadata(made, "plain")["labels"] == {
        f"{prefix}/enforce": "restricted",
        f"{prefix}/audit": "restricted",
        f"{prefix}/warn": "restricted",
        f"{prefix}/enforce-version": "v1.35",
        f"{prefix}/audit-version": "v1.35",
        f"{prefix}/warn-version": "v1.35",
    }
    assert metadata(made, "odd")["labels"][f"{prefix}/enforce"] == "privileged"
    assert metadata(made, "odd")["annotations"] == {"oneup.dev/pod-security-reason": "mounts the host"}


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal"])
def test_each_namespace_is_made_once_and_kubernetes_own_never(stack: str) -> None:
    made = prepared(stack, KUBE_SYSTEM, Namespace("application"), Namespace("plain"))
    names = [name for kind, name in made if kind == "kubernetes:core/v1:Namespace"]
    assert sorted(names) == sorted({"application", "plain", settings(stack).environment})


def test_nothing_waits_for_nodes_and_all_goes_with_the_cluster() -> None:
    made = prepared("production", Namespace("plain"))
    for item in made.values():
        if item.parent == "workspace":
            assert item.waits == {"control-plane"}
            assert item.deleted_with == "control-plane"


def test_volumes_are_encrypted_gp3_by_default_on_aws_alone() -> None:
    made = prepared("staging")["kubernetes:storage.k8s.io/v1:StorageClass", "gp3"]
    assert made.inputs["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert made.inputs["volumeBindingMode"] == "WaitForFirstConsumer"
    assert made.inputs["allowVolumeExpansion"] is True
    assert made.inputs["reclaimPolicy"] == "Delete"
    assert not [name for kind, name in prepared("baremetal") if kind.endswith(":StorageClass")]


def test_one_priority_is_the_default_and_only_batch_evicts_nobody() -> None:
    assert [priority.name for priority in PRIORITIES if priority.default] == ["application"]
    assert [priority.name for priority in PRIORITIES if priority.preemption == "Never"] == ["batch"]
    values = [priority.value for priority in PRIORITIES]
    assert values == sorted(values, reverse=True)
    # Above a thousand million a class is reserved for the system.
    assert max(values) < 1_000_000_000
