"""What the namespaces of the plan let in: Pod Security, quotas and limits, asked without leaving a trace."""

from collections.abc import Iterable, Iterator

import pytest

from tests.cluster.conftest import Applied, Declared
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.cluster import Cluster
from tests.cluster.harness.objects import JsonMap, Object
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.quantities import number
from tests.cluster.harness.stack import Stack
from tests.cluster.harness.summary import Summary

Namespaces = list[tuple[str, str]]
"""Names, each with the Pod Security level that the namespace enforces."""

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
def open_namespaces(applied: Applied, cluster: Cluster, stack: Stack) -> Namespaces:
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
    open_namespaces: Namespaces, cluster: Cluster, stack: Stack, summary: Summary
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


def test_pod_security_admits_good_pods(open_namespaces: Namespaces, cluster: Cluster) -> None:
    asked = [(name, refusal(cluster.api, pod(name, {}))) for name, _ in open_namespaces]
    assert not [f"{name}: {message}" for name, message in asked if message]


@pytest.fixture
def quotas(open_namespaces: Namespaces, cluster: Cluster, stack: Stack) -> Iterator[list[Object]]:
    """The plan's quotas; where it has none, one of the test's own for as long as it is asked about."""
    planned = [each for each in stack.objects if each.kind == "ResourceQuota"]
    if planned:
        yield planned
        return
    restricted = next(name for name, level in open_namespaces if level == "restricted")
    metadata = {"name": OWN, "namespace": restricted}
    hard = {"requests.cpu": "100m", "requests.memory": "64Mi", "limits.memory": "64Mi"}
    made = Object({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": {"hard": hard}})
    cluster.api.apply(made)
    yield [made]
    cluster.api.delete(made)


OWN = "cluster-test"


def test_quotas_hold(quotas: list[Object], cluster: Cluster, stack: Stack, summary: Summary) -> None:
    """Pods that together ask for more than a quota are refused for its sake."""
    for quota in quotas:
        wait_until(lambda quota=quota: counted(cluster.api, quota), 60, lambda: "a quota is not counted")
    passed = [
        f"{quota.identity}: {key}"
        for quota in quotas
        for key in quota.map("spec", "hard")
        if key in SIZES and "exceeded quota" not in refusal(cluster.api, crowd(stack, quota, key))
    ]
    assert not passed
    whose = "one of the test's own, since the plan has none" if quotas[0].name == OWN else f"{len(quotas)}"
    summary.note(stack.name, f"quotas hold: {whose}")


def counted(api: Api, quota: Object) -> bool:
    """Whether the controller has begun to count: until then a quota bounds nothing."""
    live = api.get(quota)
    return live is not None and bool(live.map("status", "hard"))


SIZES = {
    "cpu": ("requests", "cpu"),
    "memory": ("requests", "memory"),
    "requests.cpu": ("requests", "cpu"),
    "requests.memory": ("requests", "memory"),
    "limits.cpu": ("limits", "cpu"),
    "limits.memory": ("limits", "memory"),
}
"""What a quota bounds, and where a container asks for it."""


def crowd(stack: Stack, quota: Object, key: str) -> Object:
    """A pod with as many of the largest allowed containers as together pass a quota."""
    _, resource = SIZES[key]
    bound = number(quota.text("spec", "hard", key))
    largest = min(
        [bound, *(number(limit.text("max", resource)) for limit in limits(stack, quota.namespace, resource))]
    )
    size = f"{int(largest * 1000)}m" if resource == "cpu" else str(int(largest))
    asked = pod(quota.namespace, {}, {**SMALL, resource: size})
    container = asked.each("spec", "containers")[0].raw
    many = [{**container, "name": f"probe-{index}"} for index in range(int(bound / largest) + 1)]
    return asked.having(spec={**asked.map("spec"), "containers": many})


def limits(stack: Stack, namespace: str, resource: str) -> Iterator[Object]:
    """The limits of containers that bound a resource in a namespace."""
    for each in stack.objects:
        if each.kind == "LimitRange" and each.namespace == namespace:
            yield from (
                limit
                for limit in each.each("spec", "limits")
                if limit.text("type") == "Container" and limit.text("max", resource)
            )


def test_pods_that_ask_for_nothing_get_the_namespace_defaults(
    open_namespaces: Namespaces, cluster: Cluster, stack: Stack
) -> None:
    """Where a quota counts requests, a pod without any would be refused if there were no defaults."""
    ranged = {each.namespace for each in stack.objects if each.kind == "LimitRange"}
    counted = {each.namespace for each in stack.objects if each.kind == "ResourceQuota"}
    for name, _ in open_namespaces:
        if name in ranged | counted:
            made = cluster.api.create(pod(name, {"containers": [{"resources": {}}]}), dry_run=True)
            container = made.each("spec", "containers")[0]
            assert container.map("resources", "requests"), name


def test_quotas_hold_all_that_applications_ask_for_at_their_highest(
    declared: Declared, stack: Stack, summary: Summary
) -> None:
    """What all of them ask for together fits the quota of any one namespace."""
    made = [each for objects in declared.values() for each in objects]
    highest = {
        each.text("spec", "scaleTargetRef", "name"): int(str(each.at("spec", "maxReplicas")))
        for each in made
        if each.kind == "HorizontalPodAutoscaler"
    }
    pods = [
        (highest.get(each.name, int(str(each.at("spec", "replicas") or 1))), template(each))
        for each in made
        if each.kind in ("Deployment", "StatefulSet", "Job", "CronJob")
    ]
    asked = {f"requests.{what}": sum(n * requested(one, what) for n, one in pods) for what in SMALL}
    asked["pods"] = sum(n for n, _ in pods)
    tight = [
        f"{quota.identity}: {key}: {value}"
        for quota in stack.objects
        if quota.kind == "ResourceQuota"
        for key, value in asked.items()
        if value > number(quota.text("spec", "hard", key))
    ]
    assert pods
    assert not tight
    summary.note(stack.name, f"applications at their highest: {asked['pods']} pods, within each quota")


def template(workload: Object) -> Object:
    """The pods of a workload."""
    job = ("jobTemplate", "spec") if workload.kind == "CronJob" else ()
    return Object(workload.map("spec", *job, "template", "spec"))


def requested(pod_spec: Object, what: str) -> float:
    """What the containers of a pod request."""
    return sum(
        number(each.text("resources", "requests", what) or "0") for each in pod_spec.each("containers")
    )
