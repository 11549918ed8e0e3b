"""The standards for every pod; ``excuses.py`` lists the exceptions with reasons."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from oneup.addonkit.flow import PodSelector
from oneup.checks.charts import mapping
from oneup.plan import JsonMap
from tests.render.need import maps
from tests.render.workloads import Workload, selects

Key: TypeAlias = tuple[str, str]
"""Namespace and name."""


@dataclass(frozen=True)
class Surroundings:
    """What decides beside a workload itself."""

    budgets: Sequence[tuple[str, JsonMap]]
    """Disruption budgets with their namespaces."""

    accounts: frozenset[Key]
    """Service accounts that any role is bound to."""

    tokenless: frozenset[Key]
    """Service accounts that say of their token that it is not to be mounted."""

    declared: Sequence[PodSelector]
    """The pods that addons declare: network policies let these say and hear what they must."""

    available: bool
    """Whether the stack wants two of everything."""


def surroundings(
    things: Iterable[tuple[str, JsonMap]], declared: Sequence[PodSelector], *, available: bool
) -> Surroundings:
    """Those of the objects, each given with the namespace that it is in where it names none."""
    placed = [(str(mapping(each.get("metadata")).get("namespace") or space), each) for space, each in things]
    accounts = [(place, each) for place, each in placed if each["kind"] == "ServiceAccount"]
    bindings = [each for each in placed if each[1]["kind"] in ("RoleBinding", "ClusterRoleBinding")]
    return Surroundings(
        budgets=[each for each in placed if each[1]["kind"] == "PodDisruptionBudget"],
        accounts=frozenset(_bound(bindings)),
        tokenless=frozenset(
            (place, str(mapping(each["metadata"])["name"]))
            for place, each in accounts
            if each.get("automountServiceAccountToken") is False
        ),
        declared=declared,
        available=available,
    )


def _bound(bindings: Iterable[tuple[str, JsonMap]]) -> Iterator[Key]:
    for place, binding in bindings:
        for subject in maps(binding.get("subjects")):
            if subject["kind"] == "ServiceAccount":
                yield str(subject.get("namespace") or place), str(subject["name"])


def sized(workload: Workload, _: Surroundings) -> Iterator[str]:
    """Requests, and a limit on memory, in every container, that of a hook too."""
    for container in workload.containers:
        resources = mapping(container.get("resources"))
        requests, limits = mapping(resources.get("requests")), mapping(resources.get("limits"))
        if not (requests.get("cpu") and requests.get("memory") and limits.get("memory")):
            yield f"{container['name']} does not say what it needs, or where its memory ends"


def prioritized(workload: Workload, _: Surroundings) -> Iterator[str]:
    """A class that says who is evicted last. A job that ends is tried again."""
    if not (workload.hook or workload.kind in ("Job", "Pod") or workload.spec.get("priorityClassName")):
        yield "it has the priority of an application"


def tokenless(workload: Workload, around: Surroundings) -> Iterator[str]:
    """No token of an account that has no rights. Hooks are over before it could be of use."""
    account = workload.account
    mounted = workload.spec.get("automountServiceAccountToken")
    wanted = account not in around.tokenless if mounted is None else mounted is True
    operated = workload.kind == "Cluster"
    if wanted and account not in around.accounts and not workload.hook and not operated:
        yield f"it mounts the token of {account[1]}, to which no role is bound"


def spare(workload: Workload, around: Surroundings) -> Iterator[str]:
    """Two where availability is wanted, apart from each other, and one budget that lets one of them go."""
    if workload.replicas is None or not around.available:
        return
    if workload.replicas < 2:
        yield "there is one of it"
        return
    mine = [
        mapping(budget["spec"])
        for place, budget in around.budgets
        if place == workload.namespace and selects(mapping(budget["spec"]).get("selector"), workload.labels)
    ]
    if len(mine) != 1:
        yield f"{len(mine)} disruption budgets select it"
    elif any(_stuck(budget, workload.replicas) for budget in mine):
        yield "its disruption budget lets none of its pods go"
    if not _apart(workload):
        yield "nothing keeps its pods apart"


def _stuck(budget: JsonMap, replicas: int) -> bool:
    least, most = str(budget.get("minAvailable", 0)), str(budget.get("maxUnavailable", 1))
    return most in ("0", "0%") or least == "100%" or (least.isdecimal() and int(least) >= replicas)


def _apart(workload: Workload) -> bool:
    affinity = mapping(workload.spec.get("affinity"))
    spread = maps(workload.spec.get("topologySpreadConstraints"))
    meant = [each for each in spread if selects(each.get("labelSelector") or _NOBODY, workload.labels)]
    return bool(meant) or "podAntiAffinity" in affinity


_NOBODY: Final[JsonMap] = {"matchLabels": {"": ""}}


def heard(workload: Workload, around: Surroundings) -> Iterator[str]:
    """Every pod on the cluster's network has a policy; without one it can say nothing where it lives.

    In ``kube-system`` all may speak that no policy selects.
    """
    if workload.namespace == "kube-system" or workload.on_node:
        return
    near = [pods for pods in around.declared if pods.namespace.name == workload.namespace]
    if not any(selects({"matchLabels": pods.labels}, workload.labels) for pods in near):
        yield "no addon declares its pods: no network policy lets them reach anything"


def named(workload: Workload, _: Surroundings) -> Iterator[str]:
    """Images at a version. What an operator chooses is its own."""
    for container in workload.containers:
        image = container.get("image")
        last = str(image).rpartition("/")[2]
        exact = "@" in last or (":" in last and last.rpartition(":")[2] not in ("latest", "main", "master"))
        if image is not None and not exact:
            yield f"{container['name']} has the image {image}, which is of no version"


Standard: TypeAlias = Callable[[Workload, Surroundings], Iterator[str]]

STANDARDS: Final[Sequence[Standard]] = (sized, prioritized, tokenless, spare, heard, named)
