"""``apps/``: every object is one that an API server takes, and follows what its stack says."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import cast

import pytest

from oneup.checks import ChartLibrary
from oneup.checks.findings import object_errors
from oneup.gitops.projects import ROOT_PROJECT, ApplicationGroup, projects
from oneup.plan import JsonMap
from oneup.workspace.prepare import application_namespaces
from oneup.workspace.priority import PRIORITY_CLASSES
from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import APPS, applications, documents, objects, of_stack, stack_folder

GROUPS = ("infra", "platform", "business")
WAVES = {"infra": range(1, 2), "platform": range(2, 6), "business": range(10, 100)}
"""1 tests; 2 to 4 monitors, rules and dashboards; 5 log parsing; from 10 on applications; 99 chaos."""

NAMESPACES = ("monitoring", "logging")


def project(name: str, stack: str = "staging") -> ApplicationGroup:
    (found,) = (each for each in projects(settings(stack), NAMESPACES) if each.name == name)
    return found


def part(content: JsonMap, *path: str) -> JsonMap:
    for step in path:
        content = cast(JsonMap, content[step])
    return content


def name(content: JsonMap) -> str:
    return str(part(content, "metadata")["name"])


def wave(application: JsonMap) -> int:
    return int(str(part(application, "metadata", "annotations")["argocd.argoproj.io/sync-wave"]))


def base_objects() -> Iterator[JsonMap]:
    yield from objects(APPS / "base")


def test_every_object_is_one_that_an_api_server_takes(charts: ChartLibrary) -> None:
    found = list(base_objects())
    assert found
    for document in found:
        metadata = {"namespace": "given-by-argo-cd", **part(document, "metadata")}
        problems = list(object_errors({**document, "metadata": metadata}, charts, "1.35"))
        assert problems == [], f"{document['kind']} {metadata['name']}"


@pytest.mark.parametrize("stack", STACKS)
def test_a_stacks_applications_follow_its_repository_revision_and_namespace(stack: str) -> None:
    configured = settings(stack)
    (followed,) = documents(stack_folder(stack) / "stack" / "stack.yaml")
    assert part(followed, "data") == {
        "folder": configured.gitops.path.removeprefix("apps/"),
        "repository": configured.gitops.repository,
        "revision": configured.gitops.revision,
        "namespace": configured.environment,
    }
    assert configured.environment in {space.name for space in application_namespaces(configured)}


@pytest.mark.parametrize("stack", STACKS)
def test_the_groups_come_one_after_the_other_and_hold_their_own(stack: str) -> None:
    found = applications(stack)
    groups = [each for each in found if part(each, "spec")["project"] == ROOT_PROJECT]
    assert {name(each) for each in groups} <= set(GROUPS)
    assert [name(each) for each in sorted(groups, key=wave)] == [
        group for group in GROUPS if group in {name(each) for each in groups}
    ]
    members = [each for each in found if each not in groups]
    assert members
    for each in members:
        assert wave(each) in WAVES[str(part(each, "spec")["project"])], name(each)


def test_the_ranges_of_waves_do_not_overlap() -> None:
    assert all(before.stop <= after.start for before, after in pairwise(WAVES[group] for group in GROUPS))


@pytest.mark.parametrize("stack", STACKS)
def test_every_application_goes_where_its_project_lets_it(stack: str) -> None:
    (followed,) = documents(stack_folder(stack) / "stack" / "stack.yaml")
    for application in applications(stack):
        spec = part(application, "spec")
        destination = str(part(spec, "destination")["namespace"])
        if spec["project"] == "business":
            destination = str(part(followed, "data")["namespace"])
        assert destination in project(str(spec["project"]), stack).namespaces, name(application)
        folder = of_stack(str(part(spec, "source")["path"]), stack_folder(stack))
        assert (folder / "kustomization.yaml").is_file()


@pytest.mark.parametrize("stack", STACKS)
def test_every_application_heals_itself_or_says_why_not(stack: str) -> None:
    for application in applications(stack):
        metadata, policy = part(application, "metadata"), part(application, "spec", "syncPolicy")
        assert metadata["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]
        retry = cast(Mapping[str, object], policy["retry"])
        assert retry["refresh"] is True
        assert cast(Mapping[str, object], retry["backoff"])["duration"] == "5s"
        by_hand = "automated" not in policy
        assert by_hand == (wave(application) == 99)


def kinds_of(application: JsonMap) -> set[tuple[str, str]]:
    folder = APPS / "base" / str(part(application, "spec", "source")["path"]).removeprefix("apps/base/")
    return {
        (str(document["apiVersion"]).rpartition("/")[0], str(document["kind"]))
        for document in objects(folder)
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_project_allows_what_its_applications_declare(stack: str) -> None:
    for application in applications(stack):
        allowed = project(str(part(application, "spec")["project"]), stack).allowed
        if part(application, "spec")["project"] != ROOT_PROJECT:
            assert kinds_of(application) <= set(allowed), name(application)


def pods(document: JsonMap) -> Iterator[JsonMap]:
    """The pod templates of an object."""
    spec = document.get("spec")
    if isinstance(spec, dict) and "template" in spec:
        yield part(spec, "template", "spec")
    if isinstance(spec, dict) and "jobTemplate" in spec:
        yield part(spec, "jobTemplate", "spec", "template", "spec")


def test_every_job_names_a_priority_that_the_stack_makes() -> None:
    known = {priority.name for priority in PRIORITY_CLASSES}
    jobs = [document for document in base_objects() if document["kind"] in {"Job", "CronJob"}]
    assert jobs
    for job in jobs:
        assert {str(pod["priorityClassName"]) for pod in pods(job)} <= known


@pytest.mark.parametrize("app", ["shop", "online-boutique"])
def test_what_a_laptop_sets_aside_is_within_every_limit(app: str) -> None:
    """An API server refuses a pod that asks for more than its limit."""
    (overlay,) = documents(APPS / "local" / app / "kustomization.yaml")
    patches = cast("list[JsonMap]", overlay["patches"])
    (asked,) = re.findall(r"/resources/requests, value: \{cpu: \d+m, memory: (\d+)Mi\}", str(patches))
    deployed = [each for each in objects(APPS / "base" / app) if each["kind"] == "Deployment"]
    limits = re.findall(r"'limits': \{'memory': '(\d+)Mi'", str(deployed))
    assert limits
    assert int(asked) <= min(map(int, limits))
