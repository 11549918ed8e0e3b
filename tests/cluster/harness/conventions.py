"""What is asked of every workload that ``apps/`` declares, beyond what an API server asks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.cluster.harness.objects import JsonMap, Object

SERVING = ("Deployment", "StatefulSet")
TEMPLATES = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
ZONE = "topology.kubernetes.io/zone"
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
EXACT = re.compile(r"^[^/]+\.[^/]+/.+(:v?\d+\.\d+(\.\d+)?([-+.][\w.-]+)?|@sha256:[0-9a-f]{64})$")
"""An image with its registry, at a release or a digest."""


@dataclass(frozen=True)
class Workload:
    """An object with pods, among all objects of its Application."""

    made: Object
    beside: tuple[Object, ...]

    @property
    def template(self) -> Object:
        """The pods' template."""
        return Object(self.made.map(*TEMPLATES[self.made.kind]))

    @property
    def labels(self) -> JsonMap:
        """The pods' labels."""
        return self.template.map("metadata", "labels")

    @property
    def pod(self) -> Object:
        """The pods' specification."""
        return Object(self.template.map("spec"))

    @property
    def containers(self) -> tuple[Object, ...]:
        """All containers of a pod."""
        return (*self.pod.each("initContainers"), *self.pod.each("containers"))

    def near(self, kind: str) -> Iterator[Object]:
        """The objects of a kind in the same Application."""
        return (each for each in self.beside if each.kind == kind)


def workloads(objects: tuple[Object, ...]) -> Iterator[Workload]:
    """All objects of an Application that have pods."""
    return (Workload(each, objects) for each in objects if each.kind in TEMPLATES)


def broken(workload: Workload) -> Iterator[str]:
    """What a workload lacks, in words."""
    for container in workload.containers:
        name = container.text("name")
        yield from (f"{name}: {lack}" for lack in _container(container))
    yield from _pod(workload)
    if workload.made.kind in SERVING:
        yield from _serving(workload)
    if workload.made.kind == "Deployment":
        yield from _deployment(workload)


def _container(container: Object) -> Iterator[str]:
    if not EXACT.match(container.text("image")):
        yield f"its image {container.text('image')} is not exact"
    for asked in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
        if not container.text("resources", *asked):
            yield f"no {' of '.join(reversed(asked))}"
    context = Object(container.map("securityContext"))
    if (
        context.at("allowPrivilegeEscalation") is not False
        or context.at("readOnlyRootFilesystem") is not True
    ):
        yield "its root is not read-only, or it may gain privileges"
    if context.texts("capabilities", "drop") != ("ALL",) or context.at("capabilities", "add"):
        yield "it has capabilities"


def _pod(workload: Workload) -> Iterator[str]:
    pod = workload.pod
    if pod.at("securityContext", "runAsNonRoot") is not True or not pod.number(
        "securityContext", "runAsUser"
    ):
        yield "its user is not said to be another than root"
    if pod.text("securityContext", "seccompProfile", "type") != "RuntimeDefault":
        yield "no seccomp profile"
    if pod.at("automountServiceAccountToken") is not False or pod.at("enableServiceLinks") is not False:
        yield "a token or variables of Services are given to it"
    accounts = {each.name for each in workload.near("ServiceAccount")}
    if pod.text("serviceAccountName") not in accounts:
        yield "no service account of its own"
    for direction in ("Ingress", "Egress"):
        if not any(direction in each.texts("spec", "policyTypes") for each in _selecting(workload)):
            yield f"no network policy for {direction.lower()}"


def _selecting(workload: Workload) -> Iterator[Object]:
    policies = workload.near("NetworkPolicy")
    return (each for each in policies if selects(each.map("spec", "podSelector"), workload.labels))


def _serving(workload: Workload) -> Iterator[str]:
    for container in workload.pod.each("containers"):
        yield from (f"no {probe}" for probe in PROBES if not container.map(probe))
        if not container.map("lifecycle", "preStop"):
            yield "it stops while it is still sent to (preStop)"
    budgets = [
        each
        for each in workload.near("PodDisruptionBudget")
        if selects(each.map("spec", "selector"), workload.labels)
    ]
    if len(budgets) != 1:
        yield f"{len(budgets)} disruption budgets"
    spread = {
        each.text("topologyKey")
        for each in workload.pod.each("topologySpreadConstraints")
        if selects(each.map("labelSelector"), workload.labels)
    }
    if ZONE not in spread:
        yield "not spread over zones"


def _deployment(workload: Workload) -> Iterator[str]:
    made = workload.made
    if made.at("spec", "strategy", "rollingUpdate", "maxUnavailable") != 0:
        yield "a rollout makes fewer of it (maxUnavailable)"
    if made.at("spec", "replicas") is not None:
        yield "replicas are said, which are the autoscaler's to say"
    targets = [
        each.text("spec", "scaleTargetRef", "name") for each in workload.near("HorizontalPodAutoscaler")
    ]
    if targets.count(made.name) != 1:
        yield "not exactly one autoscaler"


def selects(selector: JsonMap, labels: Mapping[str, object]) -> bool:
    """Whether a label selector selects something with these labels."""
    wanted = Object(selector)
    exact = all(labels.get(key) == value for key, value in wanted.map("matchLabels").items())
    return exact and all(_meets(each, labels) for each in wanted.each("matchExpressions"))


def _meets(expression: Object, labels: Mapping[str, object]) -> bool:
    value, among = labels.get(expression.text("key")), expression.texts("values")
    return {
        "In": value in among,
        "NotIn": value not in among,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }[expression.text("operator")]
