"""What pods must be like: each mistake is found, and a good pod has none."""

from collections.abc import Callable
from copy import deepcopy
from typing import Final, TypeAlias, cast

import pytest

from oneup.addonkit.flow import PodSelector
from oneup.plan import JsonMap
from oneup.workspace.namespace import LOGGING
from tests.render.excuses import EXCUSES
from tests.render.standards import (
    STANDARDS,
    Standard,
    heard,
    named,
    prioritized,
    sized,
    spare,
    surroundings,
    tokenless,
)
from tests.render.workloads import selects, workloads
from tests.support.variants import every_addon

Changed: TypeAlias = dict[str, dict[str, object]]
Change: TypeAlias = Callable[[Changed, Changed], object]

LABELS: Final = {"app": "tea"}
DECLARED: Final = (PodSelector("tea", LOGGING, LABELS),)

POD: Final[JsonMap] = {
    "priorityClassName": "platform-standard",
    "serviceAccountName": "tea",
    "automountServiceAccountToken": False,
    "topologySpreadConstraints": [{"labelSelector": {"matchLabels": LABELS}}],
    "containers": [
        {
            "name": "tea",
            "image": "quay.io/tea:1",
            "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}, "limits": {"memory": "1Mi"}},
        }
    ],
}
GOOD: Final[JsonMap] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "tea", "annotations": {}},
    "spec": {"replicas": 2, "template": {"metadata": {"labels": LABELS}, "spec": POD}},
}
BUDGET: Final[JsonMap] = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "tea"},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": LABELS}},
}


def changed(change: Change, base: JsonMap = GOOD) -> JsonMap:
    thing = cast("dict[str, dict[str, Changed]]", deepcopy(base))
    change(cast(Changed, thing), cast(Changed, thing["spec"]["template"]["spec"]))
    return cast(JsonMap, thing)


def container(pod: Changed) -> dict[str, object]:
    return cast("list[dict[str, object]]", pod["containers"])[0]


def judged(*things: JsonMap, available: bool = True) -> set[Standard]:
    around = surroundings([(LOGGING.name, each) for each in things], DECLARED, available=available)
    (workload,) = workloads(things, LOGGING.name)
    return {standard for standard in STANDARDS if list(standard(workload, around))}


def unlabelled(thing: Changed, _: Changed) -> object:
    return cast("dict[str, Changed]", thing["spec"])["template"]["metadata"].update(labels={})


def test_a_good_pod_meets_every_standard() -> None:
    assert judged(GOOD, BUDGET) == set()


UNSIZED: Final = {"name": "first", "image": "quay.io/tea:1"}

MISTAKES: Final[tuple[tuple[Change, set[Standard]], ...]] = (
    (lambda _, pod: container(pod).pop("resources"), {sized}),
    (
        lambda _, pod: cast("dict[str, object]", pod).update(initContainers=[{"name": "a", "image": "a:1"}]),
        {sized},
    ),
    (lambda _, pod: pod.pop("priorityClassName"), {prioritized}),
    (lambda _, pod: pod.pop("automountServiceAccountToken"), {tokenless}),
    (lambda thing, _: thing["spec"].update(replicas=1), {spare}),
    (lambda _, pod: pod.pop("topologySpreadConstraints"), {spare}),
    (lambda _, pod: container(pod).update(image="quay.io:5000/tea"), {named}),
    (lambda _, pod: container(pod).update(image="quay.io/tea:latest"), {named}),
    (unlabelled, {heard, spare}),
)


@pytest.mark.parametrize(("change", "missed"), MISTAKES)
def test_a_mistake_misses_its_standard(change: Change, missed: set[Standard]) -> None:
    assert judged(changed(change), BUDGET) == missed


def test_one_is_enough_where_availability_is_not_wanted() -> None:
    assert judged(changed(lambda thing, _: thing["spec"].update(replicas=1)), available=False) == set()


@pytest.mark.parametrize("allows", [{"minAvailable": 2}, {"minAvailable": "100%"}, {"maxUnavailable": 0}])
def test_a_budget_must_let_one_go(allows: JsonMap) -> None:
    budget: JsonMap = {**BUDGET, "spec": {"selector": {"matchLabels": LABELS}, **allows}}
    assert judged(GOOD, budget) == {spare}


def test_a_token_is_for_accounts_with_rights() -> None:
    thing = changed(lambda _, pod: pod.pop("automountServiceAccountToken"))
    head = {"apiVersion": "v1", "metadata": {"name": "tea"}}
    binding = {**head, "kind": "RoleBinding", "subjects": [{"kind": "ServiceAccount", "name": "tea"}]}
    account = {**head, "kind": "ServiceAccount", "automountServiceAccountToken": False}
    assert judged(thing, BUDGET, cast(JsonMap, binding)) == set()
    assert judged(thing, BUDGET, cast(JsonMap, account)) == set()


def test_tests_of_a_chart_are_not_run_and_hooks_end() -> None:
    def hook(when: str) -> JsonMap:
        annotated = changed(lambda thing, _: thing["metadata"].update(annotations={"helm.sh/hook": when}))
        return changed(lambda _, pod: pod.pop("priorityClassName"), annotated)

    assert list(workloads([hook("test-success")], LOGGING.name)) == []
    assert judged(hook("pre-install"), BUDGET) == set()


def test_selectors() -> None:
    expression: JsonMap = {"key": "app", "operator": "In", "values": ["tea", "milk"]}
    assert selects({"matchExpressions": [expression]}, LABELS)
    assert not selects({"matchExpressions": [{**expression, "operator": "NotIn"}]}, LABELS)
    assert not selects({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, LABELS)
    assert selects({}, LABELS)


def test_an_excuse_is_of_an_addon_that_there_is_and_has_a_reason() -> None:
    there = {str(addon.name) for _, addon in every_addon()}
    for excused in EXCUSES.values():
        assert {addon for addon, _ in excused} <= there
        assert all(excused.values())
