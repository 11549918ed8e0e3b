"""Each rule lets a good pod through, and finds the one mistake that it is there for."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Final, cast

import pytest

from oneup.addons.kyverno.pod_rules import rules
from oneup.plan import JsonMap
from tests.pods.judge import Broken, Judge
from tests.support.stacks import settings

Pod = dict[str, dict[str, object]]

GOOD: Final[Mapping[str, object]] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "good",
        "namespace": "staging",
        "labels": {"app.kubernetes.io/name": "good", "app.kubernetes.io/part-of": "samples"},
    },
    "spec": {
        "securityContext": {"runAsNonRoot": True},
        "containers": [
            {
                "name": "good",
                "image": "quay.io/example/good:1.2.3",
                "securityContext": {"readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}},
                "resources": {
                    "requests": {"cpu": "10m", "memory": "16Mi"},
                    "limits": {"memory": "16Mi"},
                },
                "readinessProbe": {"tcpSocket": {"port": 80}},
                "livenessProbe": {"tcpSocket": {"port": 80}},
            }
        ],
    },
}


def container(pod: Pod) -> dict[str, object]:
    return cast("list[dict[str, object]]", pod["spec"]["containers"])[0]


def without(*path: str) -> Callable[[Pod], object]:
    """Without one field of the container."""

    def change(pod: Pod) -> object:
        above = container(pod)
        for part in path[:-1]:
            above = cast("dict[str, object]", above[part])
        return above.pop(path[-1])

    return change


def image(name: str) -> Callable[[Pod], object]:
    return lambda pod: container(pod).update(image=name)


def second(**differs: object) -> Callable[[Pod], object]:
    """With a first container that differs: the rules look at these as well."""

    def change(pod: Pod) -> object:
        first = {**deepcopy(container(pod)), "name": "first", **differs}
        return pod["spec"].update(initContainers=[first])

    return change


BAD: Final[tuple[tuple[str, str, Callable[[Pod], object]], ...]] = (
    ("run-as-non-root", "unsaid", lambda pod: pod["spec"].pop("securityContext")),
    ("run-as-non-root", "root", lambda pod: pod["spec"].update(securityContext={"runAsNonRoot": False})),
    (
        "run-as-non-root",
        "one of them",
        second(
            securityContext={
                "runAsNonRoot": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
        ),
    ),
    ("read-only-root", "unsaid", without("securityContext", "readOnlyRootFilesystem")),
    ("drop-capabilities", "unsaid", without("securityContext", "capabilities")),
    ("resources-set", "no memory", without("resources", "requests", "memory")),
    ("resources-set", "no cpu", without("resources", "requests", "cpu")),
    ("resources-set", "no limit", without("resources", "limits")),
    ("exact-image", "latest", image("quay.io/example/good:latest")),
    ("exact-image", "no tag", image("quay.io/example/good")),
    ("exact-image", "a port is no tag", image("registry.example.com:5000/good")),
    ("known-registries", "elsewhere", image("registry.example.com/good:1.2.3")),
    ("known-registries", "no host", image("good:1.2.3")),
    ("known-registries", "a longer host", image("quay.io.example.com/good:1.2.3")),
    ("known-registries", "first container", second(image="registry.example.com/good:1.2.3")),
    ("labels-set", "part-of", lambda pod: pod["metadata"].update(labels={"app.kubernetes.io/name": "a"})),
    ("probes", "not ready", without("readinessProbe")),
    ("probes", "not alive", without("livenessProbe")),
)


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> frozenset[Broken]:
    """All the samples at once: the good pod, and it again with each mistake."""
    judge = Judge.of(settings("production"), tmp_path_factory.mktemp("samples"))
    pods = [cast(JsonMap, deepcopy(GOOD)), *(bad(number) for number in range(len(BAD)))]
    return judge.broken(pods)


def bad(number: int) -> JsonMap:
    pod = cast(Pod, deepcopy(dict(GOOD)))
    BAD[number][2](pod)
    pod["metadata"]["name"] = f"bad-{number}"
    return cast(JsonMap, pod)


def rules_of(judged: frozenset[Broken], name: str) -> set[str]:
    return {each.rule for each in judged if each.workload == f"Pod staging/{name}"}


def test_a_good_pod_breaks_no_rule(judged: frozenset[Broken]) -> None:
    assert rules_of(judged, "good") == set()


@pytest.mark.parametrize("number", range(len(BAD)), ids=[f"{rule}: {what}" for rule, what, _ in BAD])
def test_a_mistake_breaks_its_rule(number: int, judged: frozenset[Broken]) -> None:
    found = rules_of(judged, f"bad-{number}")
    rule, what, _ = BAD[number]
    # An image of no registry, or of one by its port, may break both rules about images.
    others = {"exact-image", "known-registries"} if "image" in rule or "registries" in rule else {rule}
    assert rule in found, what
    assert found <= others


def test_every_rule_has_a_bad_sample() -> None:
    assert {rule.name for rule in rules(settings("production"))} == {rule for rule, _, _ in BAD}


def test_what_makes_pods_is_judged_like_them(tmp_path: Path) -> None:
    template = {"metadata": GOOD["metadata"], "spec": deepcopy(GOOD["spec"])}
    cast(Pod, template)["spec"].pop("securityContext")
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {"template": template}}
    metadata = {"name": "made", "namespace": "staging"}
    broken = Judge.of(settings("production"), tmp_path).broken([cast(JsonMap, {**job, "metadata": metadata})])
    assert broken == {Broken("run-as-non-root", "Job staging/made")}
