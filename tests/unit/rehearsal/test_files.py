"""What a rehearsal leaves behind."""

import json
from pathlib import Path
from typing import cast

import pytest
import yaml

from oneup.plan import Json, Plan
from oneup.rehearsal.files import write_results
from tests.unit.rehearsal.conftest import Run

PROGRAM = """
    provider = k8s.Provider("cluster", kubeconfig="{}")
    inside = pulumi.ResourceOptions(provider=provider)
    def metadata(name, namespace="apps"): return {"name": name, "namespace": namespace}
    k8s.core.v1.Namespace("apps", metadata={"name": "apps"}, opts=inside)
    k8s.core.v1.ConfigMap("one", metadata=metadata("same"), data={"a": "b"}, opts=inside)
    k8s.core.v1.Secret("two", metadata=metadata("same"), opts=inside,
        string_data={"password": pulumi.Output.secret("correct horse")})
    k8s.apiextensions.CustomResource("three", api_version="example.com/v1", kind="ConfigMap",
        metadata=metadata("same"), spec={"deep": [{"b": 1, "a": True}]}, opts=inside)
    k8s.rbac.v1.ClusterRole("four", metadata={"name": "system:read"}, rules=[], opts=inside)
    for space in ("east", "west"):
        k8s.helm.v3.Release(space, name="cache", namespace=space, chart="redis", version="1.2.3", opts=inside,
            repository_opts={"repo": "https://charts.example.com"}, values={"replicas": 2, "on": True})
    k8s.helm.v3.Release("web", name="web", namespace="apps", chart="oci://example.com/web", opts=inside)
"""


@pytest.fixture
def plan(run: Run) -> Plan:
    return run(PROGRAM).plan


def files(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_text() for path in found}


def read(text: str) -> Json:
    return cast("Json", yaml.safe_load(text))


def test_each_object_and_release_has_its_file(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "build" / "dev", {"report.html": b"<html>"})
    assert list(files(tmp_path / "build" / "dev")) == [
        "manifests/clusterrole.rbac.authorization.k8s.io_system-read.yaml",
        "manifests/configmap.example.com_apps_same.yaml",
        "manifests/configmap_apps_same.yaml",
        "manifests/namespace_apps.yaml",
        "manifests/secret_apps_same.yaml",
        "plan.json",
        "releases/east-cache/release.yaml",
        "releases/east-cache/values.yaml",
        "releases/web/release.yaml",
        "releases/web/values.yaml",
        "releases/west-cache/release.yaml",
        "releases/west-cache/values.yaml",
        "report.html",
    ]


def test_an_object_is_written_as_the_api_server_gets_it(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    text = (tmp_path / "dev/manifests/configmap.example.com_apps_same.yaml").read_text()
    assert read(text) == {
        "apiVersion": "example.com/v1",
        "kind": "ConfigMap",
        "metadata": {"name": "same", "namespace": "apps"},
        "spec": {"deep": [{"a": True, "b": 1}]},
    }
    assert text.startswith("apiVersion: example.com/v1\nkind: ConfigMap\nmetadata:\n")


def test_a_release_is_ready_for_helm_template(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    release = tmp_path / "dev/releases/east-cache"
    assert read((release / "release.yaml").read_text()) == {
        "chart": "redis",
        "repository": "https://charts.example.com",
        "version": "1.2.3",
        "namespace": "east",
    }
    assert read((release / "values.yaml").read_text()) == {"on": True, "replicas": 2}


def test_no_secret_is_written(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    assert "correct horse" not in str(files(tmp_path / "dev"))
    assert "[secret]" in (tmp_path / "dev/manifests/secret_apps_same.yaml").read_text()


def test_two_rehearsals_write_the_same_bytes(run: Run, tmp_path: Path) -> None:
    write_results(run(PROGRAM).plan, tmp_path / "first", {})
    write_results(run(PROGRAM).plan, tmp_path / "second", {})
    assert files(tmp_path / "first") == files(tmp_path / "second")


def test_nothing_of_an_earlier_rehearsal_is_left(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    write_results(Plan("dev", ()), tmp_path / "dev", {})
    assert list(files(tmp_path / "dev")) == ["plan.json"]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["dev"]


def test_a_failure_leaves_the_earlier_files_whole(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    before = files(tmp_path)
    with pytest.raises(FileNotFoundError):
        write_results(Plan("dev", ()), tmp_path / "dev", {"no/such/folder.html": b""})
    assert files(tmp_path) == before


def test_the_plan_has_the_shape_of_an_exported_stack(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    state = json.loads((tmp_path / "dev/plan.json").read_text())
    assert set(state) == {"version", "deployment"}
    assert state["version"] == 3
    stack, provider, namespace, *_ = state["deployment"]["resources"]
    assert stack == {
        "urn": "urn:pulumi:dev::oneup::pulumi:pulumi:Stack::oneup-dev",
        "custom": False,
        "type": "pulumi:pulumi:Stack",
    }
    assert namespace["provider"] == f"{provider['urn']}::{provider['id']}"
    assert namespace["parent"] == stack["urn"]
    assert namespace["inputs"]["metadata"] == {"name": "apps"}
    assert namespace["outputs"]["metadata"]["name"] == "apps"


def test_a_plan_shows_nothing_of_the_machine(plan: Plan, tmp_path: Path) -> None:
    write_results(plan, tmp_path / "dev", {})
    assert str(tmp_path) not in str(files(tmp_path / "dev"))
