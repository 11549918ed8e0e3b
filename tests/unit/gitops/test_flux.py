"""Deployment by Flux: the same applications, the same limits, and a conflict with Argo CD."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.checks import ChartLibrary
from oneup.gitops import flux
from oneup.gitops.kinds import resource_name
from oneup.gitops.projects import ROOT_PROJECT, projects
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, JsonMap, Resource
from oneup.policy import Severity, violations
from oneup.settings.gitops import Gitops
from oneup.workspace.manifest import Manifest
from tests.support.plans import RehearseWith, planned
from tests.support.recorder import waits
from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import applications, kustomizations

BY_FLUX: dict[str, Json] = {"argoCd": {"enabled": False}, "flux": {"enabled": True}}
ROOM: list[Json] = [
    {"name": "all", "instanceTypes": ["m6i.2xlarge"], "minSize": 3, "desiredSize": 3, "maxSize": 9}
]


def field(content: JsonMap, *path: str) -> Json:
    value: Json = content
    for part in path:
        value = cast(JsonMap, value)[part]
    return value


def delivered(stack: str) -> tuple[Resource, ...]:
    return planned(stack, addons=BY_FLUX).resources


def gitops(**changes: str) -> Gitops:
    return settings("staging", gitops=changes).gitops


def accounts(stack: str = "staging") -> list[Manifest]:
    return list(flux.service_accounts(projects(settings(stack), ("monitoring", "logging"))))


def by_itself(application: JsonMap) -> bool:
    """Whether it is synced automatically; Flux gets nothing that needs a manual sync."""
    return "automated" in cast(JsonMap, field(application, "spec", "syncPolicy"))


def test_the_root_points_at_the_stacks_folder_and_takes_all_with_it_when_it_goes() -> None:
    spec = cast(JsonMap, flux.root_kustomization(gitops()).body["spec"])
    assert spec["path"] == "./apps/staging/flux"
    assert (spec["prune"], spec["serviceAccountName"]) == (True, ROOT_PROJECT)


@pytest.mark.parametrize(
    ("revision", "reference"),
    [
        ("staging", {"branch": "staging"}),
        ("refs/tags/v1.2", {"name": "refs/tags/v1.2"}),
        ("a" * 40, {"commit": "a" * 40}),
    ],
)
def test_a_revision_is_a_branch_a_full_reference_or_a_commit(
    revision: str, reference: Mapping[str, str]
) -> None:
    assert (
        field(cast(JsonMap, flux.git_repository(gitops(revision=revision)).body), "spec", "ref") == reference
    )


def test_credentials_are_named_and_never_held() -> None:
    spec = cast(JsonMap, flux.git_repository(gitops(credentialsSecret="repository")).body["spec"])
    assert spec["secretRef"] == {"name": "repository"}
    assert "secretRef" not in cast(JsonMap, flux.git_repository(gitops()).body["spec"])


def test_each_group_may_make_its_projects_kinds_in_its_namespaces_and_nothing_cluster_wide() -> None:
    made = accounts()
    assert {each.kind for each in made} == {"ServiceAccount", "Role", "RoleBinding"}
    for project in projects(settings("staging"), ("monitoring", "logging")):
        if project.name == ROOT_PROJECT:
            continue
        roles = [each for each in made if each.kind == "Role" and each.name == f"flux-{project.name}"]
        assert {role.namespace for role in roles} == set(project.namespaces)
        for role in roles:
            rules = cast(Sequence[JsonMap], role.body["rules"])
            written = {
                (cast(Sequence[str], rule["apiGroups"])[0], name)
                for rule in rules
                if "create" in cast(Sequence[str], rule["verbs"])
                for name in cast(Sequence[str], rule["resources"])
            }
            assert written == {(group, resource_name(kind)) for group, kind in project.allowed}


def test_the_roots_account_makes_kustomizations_alone() -> None:
    (role,) = (each for each in accounts() if each.kind == "Role" and each.name == "flux-delivery")
    assert role.namespace == "flux-system"
    written = [rule for rule in cast(Sequence[JsonMap], role.body["rules"]) if "create" in str(rule["verbs"])]
    assert [rule["resources"] for rule in written] == [["kustomizations"]]


def test_plurals_are_those_of_the_definitions(charts: ChartLibrary) -> None:
    kinds = {kind for project in projects(settings("staging"), ("monitoring",)) for kind in project.allowed}
    custom = {key: about for key, about in charts.kinds.items() if key in kinds}
    assert len(custom) >= 8
    assert {resource_name(kind): about["plural"] for (_, kind), about in custom.items()} == {
        str(about["plural"]): about["plural"] for about in custom.values()
    }


@pytest.mark.parametrize(
    ("kind", "plural"),
    [
        ("NetworkPolicy", "networkpolicies"),
        ("Ingress", "ingresses"),
        ("PodDisruptionBudget", "poddisruptionbudgets"),
        ("Service", "services"),
    ],
)
def test_plurals_of_built_in_kinds(kind: str, plural: str) -> None:
    assert resource_name(kind) == plural


@pytest.mark.parametrize("stack", STACKS)
def test_flux_delivers_the_same_applications_by_the_same_groups(stack: str) -> None:
    argo = {
        str(field(each, "metadata", "name")): (
            field(each, "spec", "source", "path"),
            field(each, "spec", "project"),
            field(each, "spec", "destination", "namespace"),
        )
        for each in applications(stack)
        if field(each, "spec", "project") != ROOT_PROJECT
        and "automated" in cast(JsonMap, field(each, "spec", "syncPolicy"))
    }
    own = {
        str(field(each, "metadata", "name")): (
            str(field(each, "spec", "path")).removeprefix("./"),
            field(each, "spec", "serviceAccountName"),
            field(each, "spec", "targetNamespace"),
        )
        for each in kustomizations(stack)
    }
    assert own == argo


def test_the_root_goes_before_all_whose_work_its_objects_need() -> None:
    made = delivered("baremetal")
    (root,) = (item for item in made if item.type.endswith(":Kustomization"))
    assert root.deleted_with == ""
    assert waits(root) >= {"flux", "metrics-server", "apps"}
    assert not [item for item in made if "root" in waits(item)]
    assert not [item for item in made if "argoproj.io" in item.type]


def test_both_at_once_are_refused_with_both_names() -> None:
    with pytest.raises(SelectionError, match="flux conflicts with argo-cd: enable only one of them"):
        select(settings("staging", nodeGroups=ROOM, addons={"flux": {"enabled": True}}))


def test_a_stack_by_flux_breaks_no_rule(rehearse_with: RehearseWith) -> None:
    plan = rehearse_with("baremetal", addons=BY_FLUX)
    assert not [each for each in violations(plan) if each.severity is Severity.MANDATORY]
