"""The root Application and its projects: what they may hold, and that the root goes first on destroy."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.plan import Json, Resource
from tests.support.plans import planned
from tests.support.recorder import waits
from tests.support.stacks import STACKS, settings

APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
PROJECT = "kubernetes:argoproj.io/v1alpha1:AppProject"
RELEASE = "kubernetes:helm.sh/v3:Release"


def delivered(stack: str, **changes: Json) -> tuple[Resource, ...]:
    return planned(stack, **changes).resources


def spec(item: Resource) -> Mapping[str, object]:
    return cast(Mapping[str, object], item.inputs["spec"])


def test_the_root_follows_its_stacks_revision_and_path_and_heals_itself() -> None:
    (root,) = (item for item in delivered("production") if item.type == APPLICATION)
    assert root.inputs["metadata"] == {
        "name": "root",
        "namespace": "argocd",
        "finalizers": ["resources-finalizer.argocd.argoproj.io"],
    }
    assert spec(root)["source"] == {
        "repoURL": "https://github.com/example/oneup.git",
        "targetRevision": "production",
        "path": "apps/production",
    }
    policy = cast(Mapping[str, object], spec(root)["syncPolicy"])
    assert policy["automated"] == {"prune": True, "selfHeal": True}


@pytest.mark.parametrize("stack", STACKS)
def test_the_root_goes_before_all_whose_work_its_objects_need(stack: str) -> None:
    made = delivered(stack)
    (root,) = (item for item in made if item.type == APPLICATION)
    assert root.deleted_with == ""
    assert waits(root) >= {"argo-cd", "metrics-server", "delivery", "infra", "platform", "business"}
    assert waits(root) >= {"application", settings(stack).environment}
    if settings(stack).foundation == "aws":
        assert waits(root) >= {"aws-load-balancer-controller", "gp3"}
    assert not [item for item in made if "root" in waits(item)]


@pytest.mark.parametrize("stack", STACKS)
def test_projects_allow_one_repository_named_namespaces_and_nothing_cluster_wide(stack: str) -> None:
    projects = {item.name: spec(item) for item in delivered(stack) if item.type == PROJECT}
    assert sorted(projects) == ["business", "delivery", "infra", "platform"]
    for project in projects.values():
        assert project["sourceRepos"] == [settings(stack).gitops.repository]
        assert "clusterResourceWhitelist" not in project
        destinations = cast(list[Mapping[str, str]], project["destinations"])
        assert "*" not in {destination["namespace"] for destination in destinations}
        assert "kube-system" not in {destination["namespace"] for destination in destinations}
        kinds = cast(list[Mapping[str, str]], project["namespaceResourceWhitelist"])
        assert kinds
        assert "*" not in {part for kind in kinds for part in kind.values()}


@pytest.mark.parametrize("stack", STACKS)
def test_what_is_delivered_cannot_widen_what_may_be_delivered(stack: str) -> None:
    """Argo CD's namespace holds its configuration, its accounts and the projects themselves."""
    made = delivered(stack)
    (root,) = (item for item in made if item.type == APPLICATION)
    projects = {item.name: spec(item) for item in made if item.type == PROJECT}
    reaching = {
        name
        for name, project in projects.items()
        for destination in cast(list[Mapping[str, str]], project["destinations"])
        if destination["namespace"] == "argocd"
    }
    assert reaching == {"delivery"} == {spec(root)["project"]}
    assert projects["delivery"]["namespaceResourceWhitelist"] == [
        {"group": "argoproj.io", "kind": "Application"}
    ]


@pytest.mark.parametrize("stack", STACKS)
def test_no_project_may_hold_what_gives_rights_or_limits(stack: str) -> None:
    for item in delivered(stack):
        if item.type == PROJECT:
            kinds = cast(list[Mapping[str, str]], spec(item)["namespaceResourceWhitelist"])
            refused = {"Secret", "Role", "RoleBinding", "ResourceQuota", "LimitRange", "AppProject"}
            assert not refused & {kind["kind"] for kind in kinds}


def test_a_window_holds_for_its_groups_and_never_for_the_root() -> None:
    window = {"kind": "deny", "schedule": "0 16 * * 5", "duration": "62h", "groups": ["platform", "business"]}
    made = delivered("staging", gitops={"syncWindows": [window]})
    windows = {item.name: spec(item).get("syncWindows") for item in made if item.type == PROJECT}
    expected = {
        "kind": "deny",
        "schedule": "0 16 * * 5",
        "duration": "62h",
        "timeZone": "Etc/UTC",
        "applications": ["*"],
        "manualSync": True,
    }
    assert windows == {"delivery": None, "infra": None, "platform": [expected], "business": [expected]}


def test_productions_applications_rest_over_the_weekend() -> None:
    made = delivered("production")
    assert {item.name for item in made if item.type == PROJECT and "syncWindows" in spec(item)} == {
        "business"
    }


def test_without_argo_cd_there_is_nothing_to_deliver() -> None:
    made = delivered("staging", addons={"argoCd": {"enabled": False}})
    assert not [item for item in made if item.type in {APPLICATION, PROJECT}]
    assert [item for item in made if item.type == RELEASE]
