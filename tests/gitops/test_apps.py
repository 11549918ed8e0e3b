"""``apps/``: every object is one that an API server takes, and follows what its stack says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
import yaml

from oneup.checks import Charts
from oneup.checks.findings import object_findings
from oneup.gitops.projects import projects
from oneup.plan import Json, JsonMap
from oneup.workspace.prepare import workloads
from oneup.workspace.priority import PRIORITIES
from tests.stacks import STACKS, settings

APPS = Path(__file__).resolve().parent.parent.parent / "apps"


def documents(folder: Path) -> Iterator[JsonMap]:
    """The Kubernetes objects below a folder; kustomize's own files and the sources of apps apart."""
    for path in sorted(folder.rglob("*.yaml")):
        if "src" in path.relative_to(APPS).parts:
            continue
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            if "kustomize" not in str(document.get("apiVersion")):
                yield document


def overlay(stack: str) -> Mapping[str, Json]:
    """What a stack's folder puts into every Application, by JSON pointer."""
    folder = APPS / settings(stack).gitops.path.removeprefix("apps/")
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    (patch,) = kustomization["patches"]
    assert patch["target"] == {"kind": "Application"}
    return {change["path"]: change["value"] for change in yaml.safe_load(patch["patch"])}


def test_every_object_is_one_that_an_api_server_takes(charts: Charts) -> None:
    found = list(documents(APPS / "base"))
    assert found
    for document in found:
        metadata = {"namespace": "given-by-argo-cd", **cast(JsonMap, document["metadata"])}
        problems = list(object_findings({**document, "metadata": metadata}, charts, "1.35"))
        assert problems == [], f"{document['kind']} {metadata['name']}"


@pytest.mark.parametrize("stack", STACKS)
def test_a_stacks_applications_follow_its_repository_revision_and_namespaces(stack: str) -> None:
    gitops = settings(stack).gitops
    patched = overlay(stack)
    assert patched["/spec/source/repoURL"] == gitops.repository
    assert patched["/spec/source/targetRevision"] == gitops.revision
    assert patched["/spec/destination/namespace"] in {space.name for space in workloads(settings(stack))}


def test_every_application_is_of_a_project_that_the_stack_makes_and_points_at_a_folder() -> None:
    known = {project.name for project in projects(settings("staging"), ())}
    applications = [item for item in documents(APPS / "base") if item["kind"] == "Application"]
    assert applications
    for application in applications:
        spec = cast(Mapping[str, Mapping[str, str]], application["spec"])
        assert spec["project"] in known
        assert (APPS.parent / spec["source"]["path"] / "kustomization.yaml").is_file()
        metadata = cast(Mapping[str, list[str]], application["metadata"])
        assert metadata["finalizers"] == ["resources-finalizer.argocd.argoproj.io"]


def test_every_pod_names_a_priority_that_the_stack_makes() -> None:
    known = {priority.name for priority in PRIORITIES}
    jobs = [item for item in documents(APPS / "base") if item["kind"] == "Job"]
    assert jobs
    for job in jobs:
        template = cast(Mapping[str, Mapping[str, Mapping[str, str]]], job["spec"])["template"]
        assert template["spec"]["priorityClassName"] in known
