"""What makes pods, and the pods that it makes, wherever a chart or an addon declares them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

from need import maps, scaled
from oneup.checks.charts import mapping
from oneup.plan import Json, JsonMap


@dataclass(frozen=True)
class Workload:
    """One pod, as often as it is wanted."""

    kind: str
    namespace: str
    name: str
    pod: JsonMap
    """Its template, whose ``metadata`` and ``spec`` the pod has."""

    replicas: int | None = None
    """None where a number is not what is wanted: one on every node, or one that ends."""

    hook: bool = False
    """Helm runs it at an install, an upgrade or a test, and it ends."""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"

    @property
    def spec(self) -> JsonMap:
        """The pod's."""
        return mapping(self.pod["spec"])

    @property
    def labels(self) -> JsonMap:
        """The pod's."""
        return mapping(mapping(self.pod.get("metadata")).get("labels"))

    @property
    def containers(self) -> Sequence[JsonMap]:
        """All of them: those before the others too."""
        return [*maps(self.spec.get("initContainers")), *maps(self.spec["containers"])]


Templates: TypeAlias = Callable[[JsonMap], Iterable[tuple[JsonMap, int | None]]]


def _replicated(spec: JsonMap) -> Iterable[tuple[JsonMap, int | None]]:
    replicas = spec.get("replicas")
    yield mapping(spec["template"]), 1 if replicas is None else cast(int, replicas)


def _single(spec: JsonMap) -> Iterable[tuple[JsonMap, int | None]]:
    yield mapping(spec["template"]), None


def _repeated(spec: JsonMap) -> Iterable[tuple[JsonMap, int | None]]:
    yield from _single(mapping(mapping(spec["jobTemplate"])["spec"]))


def _elastic(spec: JsonMap) -> Iterable[tuple[JsonMap, int | None]]:
    for group in maps(spec["nodeSets"]) if "nodeSets" in spec else (spec,):
        yield mapping(group["podTemplate"]), cast(int, group["count"])


MAKES: Final[Mapping[tuple[str, str], Templates]] = {
    ("apps", "Deployment"): _replicated,
    ("apps", "StatefulSet"): _replicated,
    ("apps", "DaemonSet"): _single,
    ("batch", "Job"): _single,
    ("batch", "CronJob"): _repeated,
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): _elastic,
    ("kibana.k8s.elastic.co", "Kibana"): _elastic,
}
"""Kinds that hold a pod's template."""


def workloads(things: Iterable[JsonMap], namespace: str) -> Iterator[Workload]:
    """All workloads among the objects; what names no namespace is in the given one."""
    things = list(things)
    least = dict(scaled(things))
    for thing in things:
        group, kind = str(thing["apiVersion"]).rpartition("/")[0], str(thing["kind"])
        metadata = mapping(thing["metadata"])
        name = str(metadata.get("name") or metadata.get("generateName"))
        place = str(metadata.get("namespace") or namespace)
        hook = "helm.sh/hook" in mapping(metadata.get("annotations"))
        if (group, kind) == ("", "Pod"):
            yield Workload(kind, place, name, thing, hook=hook)
        for pod, replicas in MAKES.get((group, kind), _none)(mapping(thing.get("spec"))):
            yield Workload(kind, place, name, pod, least.get((kind, name), replicas), hook)


def _none(_: JsonMap) -> Iterable[tuple[JsonMap, int | None]]:
    return ()


def selects(selector: Json, labels: JsonMap) -> bool:
    """Whether a label selector selects what has the labels; an empty one selects all."""
    wanted = mapping(selector)
    plain = all(labels.get(key) == value for key, value in mapping(wanted.get("matchLabels")).items())
    return plain and all(_holds(each, labels) for each in maps(wanted.get("matchExpressions")))


def _holds(expression: JsonMap, labels: JsonMap) -> bool:
    value = labels.get(str(expression["key"]))
    values = cast("Sequence[Json]", expression.get("values") or ())
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case _:
            return value is None
