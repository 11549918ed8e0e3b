"""What the namespaces of the plan let in: Pod Security, quotas and limits, asked without leaving a trace."""

from collections.abc import Iterable, Iterator

import pytest

from conftest import Applied
from harness.api import Api, RefusedError
from harness.cluster import Cluster
from harness.objects import JsonMap, Object
from harness.processes import wait_until
from harness.stack import Stack
from harness.summary import Summary

ENFORCE = "pod-security.kubernetes.io/enforce"

GOOD: JsonMap = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}

BAD: dict[str, JsonMap] = {
    "privileged": {"containers": [{"securityContext": {"privileged": True}}]},
    "host network": {"hostNetwork": True},
    "host path": {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
}
"""Pods that the levels baseline and restricted refuse."""

LAX: dict[str, JsonMap] = {
    "root": {"containers": [{"securityContext": {**GOOD, "runAsNonRoot": False}}]},
    "all capabilities": {"containers": [{"securityContext": {**GOOD, "capabilities": {}}}]},
    "no seccomp profile": {"containers": [{"securityContext": {**GOOD, "seccompProfile": None}}]},
}
"""Pods that the level restricted refuses."""


SMALL: JsonMap = {"cpu": "1m", "memory": "1Mi"}
"""Fits any quota."""


def pod(namespace: str, change: JsonMap, size: JsonMap = SMALL) -> Object:
    """A pod that is let in everywhere, with parts changed."""
    container: JsonMap = {
        "name": "probe",
        "image": "probe",
        "resources": {"requests": size, "limits": size},
        "securityContext": GOOD,
    }
    changed = Object(change).each("containers")
    spec = {**change, "containers": [{**container, **(changed[0].raw if changed else {})}]}
    metadata = {"name": "cluster-test-probe", "namespace": namespace}
    return Object({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


def refusal(api: Api, asked: Object) -> str:
    """Why the API server would not admit an object; empty where it would."""
    try:
        api.create(asked, dry_run=True)
    except RefusedError as refused:
        return refused.message
    return ""


def namespaces(stack: Stack) -> Iterator[tuple[str, str]]:
    """The plan's namespaces, each with the Pod Security level that it enforces."""
    for each in stack.objects:
        if each.kind == "Namespace":
            yield each.name, str(each.map("metadata", "labels").get(ENFORCE, "privileged"))


@pytest.fixture
def open_namespaces(applied: Applied, cluster: Cluster, stack: Stack) -> list[tuple[str, str]]:
    """The namespaces, once each has the service account without which it refuses all pods."""
    assert applied
    names = list(namespaces(stack))
    for name, _ in names:
        account = Object(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}}
        )
        wait_until(
            lambda account=account: cluster.api.get(account) is not None, 30, lambda: "no service account"
        )
    return names


def test_every_namespace_says_what_pods_it_takes(stack: Stack) -> None:
    silent = [
        each.name
        for each in stack.objects
        if each.kind == "Namespace" and not each.map("metadata", "labels").get(ENFORCE)
    ]
    assert not silent


def test_pod_security_refuses_bad_pods(
    open_namespaces: list[tuple[str, str]], cluster: Cluster, stack: Stack, summary: Summary
) -> None:
    admitted = [
        f"{name} ({level}) admits: {what}"
        for name, level in open_namespaces
        for what, change in bad_at(level)
        if "PodSecurity" not in refusal(cluster.api, pod(name, change))
    ]
    assert not admitted
    levels = sorted(level for _, level in open_namespaces)
    counted = ", ".join(f"{levels.count(level)} {level}" for level in dict.fromkeys(levels))
    summary.note(stack.name, f"Pod Security holds in {len(levels)} namespaces: {counted}")


def bad_at(level: str) -> Iterable[tuple[str, JsonMap]]:
    """The pods that a level refuses."""
    refused = {"restricted": {**BAD, **LAX}, "baseline": BAD}
    return refused.get(level, {}).items()


def test_pod_security_admits_good_pods(open_namespaces: list[tuple[str, str]], cluster: Cluster) -> None:
    asked = [(name, refusal(cluster.api, pod(name, {}))) for name, _ in open_namespaces]
    assert not [f"{name}: {message}" for name, message in asked if message]
