"""Workloads and their pods in charts and addons."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, TypeAlias, cast

from oneup.checks.charts import mapping
from oneup.plan import Json, JsonMap
from tests.render.need import maps, scaled


@dataclass(frozen=True)
class Workload:
    """One pod, as often as it is wanted."""

    kind: str
    namespace: str
    name: str
    labels: Mapping[str, str] = field(hash=False)
    spec: JsonMap = field(hash=False)
    """The pod's."""

    replicas: int | None = None
    """None where a number is not what is wanted: one on every node, or one that ends."""

    hook: bool = False
    """Whether Helm runs it before or after an install or upgrade; it ends, and is removed."""

    def __str__(self) -> str:
        return f"{self.kind} {self.namespace}/{self.name}"

    @property
    def containers(self) -> Sequence[JsonMap]:
        """All of them: those before the others too."""
        return [*maps(self.spec.get("initContainers")), *maps(self.spec["containers"])]

    @property
    def on_node(self) -> bool:
        """Whether no policy sees them, as they are on their node's own network."""
        return bool(self.spec.get("hostNetwork"))

    @property
    def account(self) -> tuple[str, str]:
        """Their service account."""
        name = self.spec.get("serviceAccountName") or self.spec.get("serviceAccount") or "default"
        return self.namespace, str(name)

    @property
    def has_token(self) -> bool:
        """Whether they are given their account's token, by Kubernetes or as a volume."""
        sources = (
            source
            for volume in maps(self.spec.get("volumes"))
            for source in maps(mapping(volume.get("projected")).get("sources"))
        )
        mounted = any("serviceAccountToken" in source for source in sources)
        return mounted or self.spec.get("automountServiceAccountToken") is not False

    @cached_property
    def ports(self) -> Mapping[str, int]:
        """The ports that its containers name; one without a name is called by its number."""
        each = [port for container in self.containers for port in maps(container.get("ports"))]
        return {
            str(port.get("name") or port["containerPort"]): cast(int, port["containerPort"]) for port in each
        }

    def port(self, target: Json) -> int | None:
        """The number of a target port."""
        return self.ports.get(str(target)) or (int(str(target)) if str(target).isdigit() else None)


@dataclass(frozen=True)
class Template:
    """What a workload says of its pods."""

    pod: JsonMap
    replicas: int | None = None


Templates: TypeAlias = Callable[[JsonMap], Iterable[Template]]


def _replicated(spec: JsonMap) -> Iterable[Template]:
    replicas = spec.get("replicas")
    yield Template(mapping(spec["template"]), 1 if replicas is None else cast(int, replicas))


def _single(spec: JsonMap) -> Iterable[Template]:
    yield Template(mapping(spec["template"]))


def _repeated(spec: JsonMap) -> Iterable[Template]:
    yield from _single(mapping(mapping(spec["jobTemplate"])["spec"]))


def _elastic(spec: JsonMap) -> Iterable[Template]:
    for group in maps(spec["nodeSets"]) if "nodeSets" in spec else (spec,):
        yield Template(mapping(group["podTemplate"]), cast(int, group["count"]))


def _operated(spec: JsonMap) -> Iterable[Template]:
    """A custom resource that says of its pods in its own ``spec`` what a pod's would."""
    own: JsonMap = {"name": "its own", "resources": spec.get("resources")}
    pod: JsonMap = {**spec, "containers": [own, *maps(spec.get("containers"))]}
    yield Template({"spec": pod}, cast(int, spec.get("replicas") or spec.get("instances")))


MAKES: Final[Mapping[tuple[str, str], Templates]] = {
    ("apps", "Deployment"): _replicated,
    ("apps", "StatefulSet"): _replicated,
    ("apps", "DaemonSet"): _single,
    ("batch", "Job"): _single,
    ("batch", "CronJob"): _repeated,
    ("elasticsearch.k8s.elastic.co", "Elasticsearch"): _elastic,
    ("kibana.k8s.elastic.co", "Kibana"): _elastic,
    ("monitoring.coreos.com", "Prometheus"): _operated,
    ("monitoring.coreos.com", "Alertmanager"): _operated,
    ("postgresql.cnpg.io", "Cluster"): _operated,
}
"""Kinds that say all that matters of their pods. Rook's are not among them: they say sizes alone."""

OPERATED: Final = frozenset(kind for group, kind in MAKES if group not in ("apps", "batch"))
"""Kinds of which an operator makes pods: it adds what they leave unsaid, such as their security contexts."""

_NAMED_BY: Final[Mapping[str, Mapping[str, str]]] = {
    "Elasticsearch": {"elasticsearch.k8s.elastic.co/cluster-name": "{name}"},
    "Kibana": {"kibana.k8s.elastic.co/name": "{name}"},
    "Prometheus": {"app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": "{name}"},
    "Alertmanager": {"app.kubernetes.io/name": "alertmanager", "alertmanager": "{name}"},
    "Cluster": {"cnpg.io/cluster": "{name}"},
    "Job": {"batch.kubernetes.io/job-name": "{name}"},
}
"""The labels that operators, and Kubernetes itself, give the pods that they make of a resource."""


def workloads(things: Iterable[JsonMap], namespace: str) -> Iterator[Workload]:
    """All workloads among the objects but those of ``helm test``, which an install does not run.

    What names no namespace is in the given one.
    """
    things = list(things)
    least = dict(scaled(things))
    for thing in things:
        group, kind = str(thing["apiVersion"]).rpartition("/")[0], str(thing["kind"])
        metadata = mapping(thing.get("metadata"))
        name = str(metadata.get("name") or metadata.get("generateName"))
        hook = str(mapping(metadata.get("annotations")).get("helm.sh/hook", ""))
        if hook.startswith("test"):
            continue
        place = str(metadata.get("namespace") or namespace)
        for made in _templates(thing, group, kind):
            given = mapping(mapping(made.pod.get("metadata")).get("labels"))
            labels = {
                **cast("Mapping[str, str]", given),
                **{key: value.format(name=name) for key, value in _NAMED_BY.get(kind, {}).items()},
            }
            replicas = least.get((kind, name), made.replicas)
            yield Workload(kind, place, name, labels, mapping(made.pod["spec"]), replicas, bool(hook))


def _templates(thing: JsonMap, group: str, kind: str) -> Iterable[Template]:
    if (group, kind) == ("", "Pod"):
        return (Template(thing),)
    makes = MAKES.get((group, kind))
    return makes(mapping(thing["spec"])) if makes else ()


def selects(selector: Json, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects what has the labels; an empty one selects all."""
    wanted = mapping(selector)
    plain = all(labels.get(key) == value for key, value in mapping(wanted.get("matchLabels")).items())
    return plain and all(_holds(each, labels) for each in maps(wanted.get("matchExpressions")))


def _holds(expression: JsonMap, labels: Mapping[str, str]) -> bool:
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
