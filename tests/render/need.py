"""What objects ask of the nodes: by their workloads, and by what operators make of custom resources."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias, cast

from oneup.addonkit.addon import ResourceRequests
from oneup.checks.charts import mapping
from oneup.plan import Json, JsonMap

_UNITS: Final = {
    "Ki": 2**10,
    "Mi": 2**20,
    "Gi": 2**30,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "m": Fraction(1, 1000),
}


@dataclass(frozen=True)
class Size:
    """CPU and memory of a container or pod."""

    cpu_millis: int = 0
    memory_mib: int = 0

    def __add__(self, other: "Size") -> "Size":
        """Both at once."""
        return Size(self.cpu_millis + other.cpu_millis, self.memory_mib + other.memory_mib)

    def __or__(self, other: "Size") -> "Size":
        """One after the other: the more of each."""
        return Size(max(self.cpu_millis, other.cpu_millis), max(self.memory_mib, other.memory_mib))


@dataclass(frozen=True)
class Pods:
    """Equal pods: a number, or one on every node."""

    size: Size
    count: int
    everywhere: bool = False


def amount(quantity: Json) -> Fraction:
    """The number that a quantity of Kubernetes stands for."""
    text = str(quantity or 0)
    unit = next((unit for unit in _UNITS if text.endswith(unit)), "")
    return Fraction(text.removesuffix(unit)) * _UNITS.get(unit, 1)


def asked(resources: Json) -> Size:
    """The requests of ``resources``."""
    requests = mapping(mapping(resources).get("requests"))
    return Size(round(amount(requests.get("cpu")) * 1000), round(amount(requests.get("memory")) / 2**20))


def pod_size(spec: JsonMap) -> Size:
    """What the scheduler counts: all containers at once, or the largest of those that run before them."""
    first = maps(spec.get("initContainers"))
    beside = [each for each in first if each.get("restartPolicy") == "Always"]
    total = sum((asked(each.get("resources")) for each in [*maps(spec["containers"]), *beside]), Size())
    for each in first:
        total |= asked(each.get("resources"))
    return total


def maps(value: Json) -> Sequence[JsonMap]:
    """The mappings of a list; nothing where there is none."""
    return cast("Sequence[JsonMap]", value or [])


def _workload(spec: JsonMap) -> Iterator[Pods]:
    replicas = spec.get("replicas")
    size = pod_size(mapping(mapping(spec["template"])["spec"]))
    yield Pods(size, 1 if replicas is None else cast(int, replicas))


def _daemons(spec: JsonMap) -> Iterator[Pods]:
    yield Pods(pod_size(mapping(mapping(spec["template"])["spec"])), 1, everywhere=True)


def _repeated(spec: JsonMap) -> Iterator[Pods]:
    """At its time it needs room too."""
    job = mapping(mapping(spec["jobTemplate"])["spec"])
    yield Pods(pod_size(mapping(mapping(job["template"])["spec"])), 1)


def _database(spec: JsonMap) -> Iterator[Pods]:
    yield Pods(asked(spec.get("resources")), cast(int, spec["instances"]))


def _elasticsearch(spec: JsonMap) -> Iterator[Pods]:
    for group in maps(spec["nodeSets"]):
        yield from _kibana(group)


def _kibana(spec: JsonMap) -> Iterator[Pods]:
    pod = mapping(mapping(spec["podTemplate"])["spec"])
    yield Pods(pod_size(pod), cast(int, spec["count"]))


def _ceph_driver(spec: JsonMap) -> Iterator[Pods]:
    """The controllers, and the plugin on every node."""
    for part in ("controllerPlugin", "nodePlugin"):
        of = mapping(spec[part])
        size = sum((asked(each) for each in mapping(of["resources"]).values()), Size())
        yield Pods(size, cast(int, of.get("replicas", 1)), everywhere=part == "nodePlugin")


def _ceph(spec: JsonMap) -> Iterator[Pods]:
    """Rook's pods: each daemon with what rotates its log, managers with a second one that marks the leader.

    A node whose disks only a filter knows counts with one.
    """
    sizes = {part: asked(of) for part, of in mapping(spec["resources"]).items()}
    log, nodes = sizes["logcollector"], maps(mapping(spec["storage"]).get("nodes"))
    yield Pods(sizes["mon"] + log, cast(int, mapping(spec["mon"])["count"]))
    yield Pods(sizes["mgr"] + log + sizes["mgr-sidecar"], cast(int, mapping(spec["mgr"])["count"]))
    yield Pods(sizes["osd"] + log, sum(max(len(maps(node.get("devices"))), 1) for node in nodes))
    yield Pods(sizes["crashcollector"], len(nodes))
    yield Pods(sizes["exporter"], len(nodes))


def _ceph_files(spec: JsonMap) -> Iterator[Pods]:
    server = mapping(spec["metadataServer"])
    standby = 2 if server.get("activeStandby") else 1
    yield Pods(asked(server.get("resources")) + _LOG, cast(int, server["activeCount"]) * standby)


def _ceph_objects(spec: JsonMap) -> Iterator[Pods]:
    gateway = mapping(spec["gateway"])
    yield Pods(asked(gateway.get("resources")) + _LOG, cast(int, gateway["instances"]))


_LOG: Final = Size(10, 64)
"""The cluster's ``logcollector``, which stands in another object than the file systems and gateways."""

Reads: TypeAlias = Callable[[JsonMap], Iterator[Pods]]

MAKES_PODS: Final[Mapping[tuple[str, str], Reads]] = {
    ("apps", "Deployment"): _workload,
    ("apps", "StatefulSet"): _workload,
    ("apps", "DaemonSet"): _daemons,
    ("batch", "CronJob"): _repeated,
    ("postgresql.cnpg.io", "Cluster"): _database,
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): _elasticsearch,
    ("kibana.k8s.elastic.co", "Kibana"): _kibana,
    ("csi.ceph.io", "Driver"): _ceph_driver,
    ("ceph.rook.io", "CephCluster"): _ceph,
    ("ceph.rook.io", "CephFilesystem"): _ceph_files,
    ("ceph.rook.io", "CephObjectStore"): _ceph_objects,
}
"""Which pods come of a kind: Kubernetes' own, then what operators make of theirs."""


def pods(things: Iterable[JsonMap]) -> Iterator[Pods]:
    """All pods that come of the objects; not those of hooks, which are gone before the release is up."""
    things = list(things)
    least = dict(scaled(things))
    for thing in things:
        kind = (str(thing["apiVersion"]).rpartition("/")[0], str(thing["kind"]))
        metadata = mapping(thing.get("metadata"))
        hook = "helm.sh/hook" in mapping(metadata.get("annotations"))
        if kind in MAKES_PODS and not hook:
            replicas = least.get((str(thing["kind"]), str(metadata.get("name"))))
            found = MAKES_PODS[kind](mapping(thing.get("spec")))
            yield from (replace(each, count=replicas) if replicas else each for each in found)
    yield from _monitoring(things)
    yield from _scans(things)


def scaled(things: Sequence[JsonMap]) -> Iterator[tuple[tuple[str, str], int]]:
    """The workloads that an autoscaler scales, by kind and name, and the fewest replicas that it leaves."""
    for thing in things:
        if thing["kind"] == "HorizontalPodAutoscaler":
            spec = mapping(thing["spec"])
            target = mapping(spec["scaleTargetRef"])
            yield (str(target["kind"]), str(target["name"])), cast(int, spec.get("minReplicas", 1))


def _monitoring(things: Sequence[JsonMap]) -> Iterator[Pods]:
    """The Prometheus operator adds to each pod a reloader, whose size is an argument of its own."""
    for thing in things:
        if str(thing["apiVersion"]).startswith("monitoring.coreos.com/") and thing["kind"] in _SCRAPING:
            spec = mapping(thing["spec"])
            beside = sum((asked(each.get("resources")) for each in maps(spec.get("containers"))), Size())
            size = asked(spec.get("resources")) + beside + _reloader(things)
            yield Pods(size, cast(int, spec["replicas"]))


_SCRAPING: Final = ("Prometheus", "Alertmanager")


def _reloader(things: Sequence[JsonMap]) -> Size:
    flags = {flag: value for flag, _, value in (each.partition("=") for each in _arguments(things))}
    asks: JsonMap = {part: flags.get(f"--config-reloader-{part}-request", "0") for part in ("cpu", "memory")}
    return asked({"requests": asks})


def _arguments(things: Sequence[JsonMap]) -> Iterator[str]:
    for thing in things:
        if thing["kind"] == "Deployment":
            pod = mapping(mapping(mapping(thing["spec"])["template"])["spec"])
            for container in maps(pod["containers"]):
                yield from cast("Sequence[str]", container.get("args") or [])


def _scans(things: Sequence[JsonMap]) -> Iterator[Pods]:
    """The Trivy operator's jobs: as many at once, and as large, as its config maps say."""
    data: dict[str, Json] = {}
    for thing in things:
        if thing["kind"] == "ConfigMap" and "trivy" in str(mapping(thing["metadata"])["name"]):
            data |= mapping(thing.get("data"))
    if limit := data.get("OPERATOR_CONCURRENT_SCAN_JOBS_LIMIT"):
        asks: JsonMap = {part: data.get(f"trivy.resources.requests.{part}") for part in ("cpu", "memory")}
        yield Pods(asked({"requests": asks}), int(str(limit)))


def footprint(things: Iterable[JsonMap]) -> ResourceRequests:
    """What the pods of the objects ask for, in the terms of an addon."""
    found = list(pods(things))
    counted = [each for each in found if not each.everywhere]
    everywhere = [each for each in found if each.everywhere]
    return ResourceRequests(
        pods=sum(each.count for each in counted),
        cpu_millis=sum(each.count * each.size.cpu_millis for each in counted),
        memory_mib=sum(each.count * each.size.memory_mib for each in counted),
        daemon_pods=len(everywhere),
        daemon_cpu_millis=sum(each.size.cpu_millis for each in everywhere),
        daemon_memory_mib=sum(each.size.memory_mib for each in everywhere),
        largest_pod_cpu_millis=max((each.size.cpu_millis for each in counted if each.count), default=0),
        largest_pod_memory_mib=max((each.size.memory_mib for each in counted if each.count), default=0),
    )
