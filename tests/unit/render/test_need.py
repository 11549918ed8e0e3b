"""What pods ask for is counted as the scheduler counts it."""

import pytest

from oneup.addonkit.addon import ResourceRequests
from oneup.plan import Json, JsonMap
from tests.render.need import Size, amount, footprint, pod_size


def container(cpu: str, memory: str, **more: Json) -> JsonMap:
    return {"name": "a", "resources": {"requests": {"cpu": cpu, "memory": memory}}, **more}


def workload(kind: str, group: str, **spec: Json) -> JsonMap:
    template: JsonMap = {"spec": {"containers": [container("100m", "64Mi")]}}
    return {
        "apiVersion": group,
        "kind": kind,
        "metadata": {"name": "a"},
        "spec": {"template": template, **spec},
    }


@pytest.mark.parametrize(
    ("quantity", "number"),
    [("2", 2), ("500m", 0.5), ("1Ki", 1024), ("1k", 1000), (None, 0), ("1.5Gi", 1.5 * 2**30)],
)
def test_quantities(quantity: Json, number: float) -> None:
    assert amount(quantity) == number


def test_a_pod_is_its_containers_at_once_or_the_largest_of_those_before_them() -> None:
    spec: JsonMap = {
        "containers": [container("100m", "64Mi"), container("50m", "64Mi")],
        "initContainers": [container("20m", "512Mi"), container("10m", "16Mi", restartPolicy="Always")],
    }
    assert pod_size(spec) == Size(160, 512)


def test_replicas_count_daemons_are_apart_and_hooks_are_gone() -> None:
    hook = workload("Deployment", "apps/v1", replicas=9)
    things = [
        workload("Deployment", "apps/v1", replicas=2),
        workload("StatefulSet", "apps/v1"),
        workload("DaemonSet", "apps/v1"),
        {**hook, "metadata": {"name": "a", "annotations": {"helm.sh/hook": "pre-install"}}},
    ]
    assert footprint(things) == ResourceRequests(
        pods=3,
        cpu_millis=300,
        memory_mib=192,
        daemon_pods=1,
        daemon_cpu_millis=100,
        daemon_memory_mib=64,
        largest_pod_cpu_millis=100,
        largest_pod_memory_mib=64,
    )


def test_an_autoscaler_says_how_many_there_are_at_least() -> None:
    target: JsonMap = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a"}
    scaler: JsonMap = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "its"},
        "spec": {"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 5},
    }
    assert footprint([workload("Deployment", "apps/v1"), scaler]).pods == 3
    assert footprint([workload("StatefulSet", "apps/v1"), scaler]).pods == 1


def test_the_operators_reloader_is_in_each_pod_of_prometheus() -> None:
    args: list[Json] = ["--config-reloader-cpu-request=10m", "--config-reloader-memory-request=50Mi"]
    operator = workload("Deployment", "apps/v1", replicas=0)
    pod: JsonMap = {"spec": {"containers": [container("1", "1Gi", args=args)]}}
    asks: JsonMap = {"requests": {"cpu": "200m", "memory": "1Gi"}}
    prometheus: JsonMap = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "Prometheus",
        "metadata": {"name": "a"},
        "spec": {"replicas": 2, "resources": asks},
    }
    things: list[JsonMap] = [{**operator, "spec": {"replicas": 0, "template": pod}}, prometheus]
    assert footprint(things) == ResourceRequests(
        pods=2, cpu_millis=420, memory_mib=2148, largest_pod_cpu_millis=210, largest_pod_memory_mib=1074
    )


def test_every_disk_of_ceph_has_a_daemon() -> None:
    sizes = ("mon", "mgr", "osd", "logcollector", "mgr-sidecar", "crashcollector", "exporter")
    spec: JsonMap = {
        "resources": {part: container("10m", "10Mi")["resources"] for part in sizes},
        "mon": {"count": 3},
        "mgr": {"count": 2},
        "storage": {"nodes": [{"name": "a", "devices": [{}, {}]}, {"name": "b", "deviceFilter": "x"}]},
    }
    ceph: JsonMap = {
        "apiVersion": "ceph.rook.io/v1",
        "kind": "CephCluster",
        "metadata": {"name": "a"},
        "spec": spec,
    }
    found = footprint([ceph])
    assert found.pods == 3 + 2 + 3 + 4
    assert found.cpu_millis == 3 * 20 + 2 * 30 + 3 * 20 + 4 * 10
