"""What belongs to the cluster itself, and when it goes in."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.plan import Resource
from oneup.workspace.namespace import KUBE_SYSTEM, Namespace
from oneup.workspace.prepare import prepare
from oneup.workspace.priority import PRIORITY_CLASSES
from tests.support.recorder import goes_with, handle, names, record, waits
from tests.support.stacks import settings

ODD = Namespace("odd", "privileged", "mounts the host")


def prepared(stack: str, *namespaces: Namespace) -> dict[tuple[str, str], Resource]:
    def program() -> None:
        configured = settings(stack)
        prepare(configured, handle(aws=configured.foundation == "aws"), namespaces)

    return {(item.type, item.name): item for item in record(program)}


def metadata(made: dict[tuple[str, str], Resource], name: str) -> Mapping[str, Mapping[str, str]]:
    found = made["kubernetes:core/v1:Namespace", name].inputs["metadata"]
    return cast(Mapping[str, Mapping[str, str]], found)


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


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
def test_each_namespace_is_made_once_and_kubernetes_own_never(stack: str) -> None:
    made = prepared(stack, KUBE_SYSTEM, Namespace("application"), Namespace("plain"))
    names = [name for kind, name in made if kind == "kubernetes:core/v1:Namespace"]
    assert sorted(names) == sorted({"application", "plain", settings(stack).environment})


def test_nothing_waits_for_nodes_and_all_goes_with_the_cluster() -> None:
    made = prepared("production", Namespace("plain"))
    for item in made.values():
        if "workspace" in names([item.parent]):
            assert waits(item) - {"plain", "production", "application"} == {"control-plane"}
            assert goes_with(item) == "control-plane"


def test_nothing_passes_in_a_namespace_that_the_stack_makes_unless_a_policy_says_so() -> None:
    made = prepared("staging", KUBE_SYSTEM, Namespace("plain"))
    silent = {name: item for (kind, name), item in made.items() if kind.endswith(":NetworkPolicy")}
    assert sorted(silent) == ["application/default-deny", "plain/default-deny", "staging/default-deny"]
    plain = silent["plain/default-deny"]
    assert plain.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert waits(plain) == {"control-plane", "plain"}


def test_volumes_are_encrypted_gp3_by_default_on_aws_alone() -> None:
    made = prepared("staging")["kubernetes:storage.k8s.io/v1:StorageClass", "gp3"]
    assert made.inputs["parameters"] == {"type": "gp3", "encrypted": "true"}
    assert made.inputs["volumeBindingMode"] == "WaitForFirstConsumer"
    assert made.inputs["allowVolumeExpansion"] is True
    assert made.inputs["reclaimPolicy"] == "Delete"
    assert not [name for kind, name in prepared("baremetal") if kind.endswith(":StorageClass")]


def test_one_priority_is_the_default_and_only_batch_evicts_nobody() -> None:
    assert [priority.name for priority in PRIORITY_CLASSES if priority.default] == ["application"]
    assert [priority.name for priority in PRIORITY_CLASSES if priority.preemption == "Never"] == ["batch"]
    values = [priority.value for priority in PRIORITY_CLASSES]
    assert values == sorted(values, reverse=True)
    # Above a thousand million a class is reserved for the system.
    assert max(values) < 1_000_000_000
