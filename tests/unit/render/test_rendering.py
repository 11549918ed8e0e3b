"""A tiny chart, rendered as `make render` renders the real ones, and judged."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import charts as fetching
from charts import ChartError, Pin
from oneup.checks import ChartLibrary
from tests.render.owners import Owners
from tests.render.rendering import Release, objects, rendered
from tests.render.sources import SOURCES, source
from tests.unit.conftest import HELM_MISSING

TEMPLATE = """
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
data:
  cups: {{ required "say cups" .Values.cups | quote }}
  has: "{{ .Capabilities.APIVersions.Has "a/v1" }}"
"""
PIN = Pin("https://example.com", "tea", "1.2.3")


@pytest.fixture
def helm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"HELM_{name}_HOME", str(tmp_path / name))
    try:
        return fetching.helm_binary()
    except ChartError:
        pytest.skip(HELM_MISSING)


@pytest.fixture
def chart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sources" / "tea"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("{apiVersion: v2, name: tea, version: 1.2.3}")
    (folder / "templates" / "cups.yaml").write_text(TEMPLATE)
    monkeypatch.setenv(SOURCES, str(tmp_path / "sources"))
    return folder


def release(**values: int) -> Release:
    return Release("it", PIN, "kitchen", json.dumps(values), "1.35", ("a/v1",))


def test_a_chart_at_hand_is_rendered_with_the_releases_values(chart: Path, helm: str) -> None:
    (thing,) = rendered(release(cups=3), source(PIN, helm), helm)
    assert source(PIN, helm) == chart
    assert thing["metadata"] == {"name": "it", "namespace": "kitchen"}
    assert thing["data"] == {"cups": "3", "has": "true"}


@pytest.mark.parametrize("brings", [True, False])
def test_definitions_come_with_a_release_unless_another_brings_them(
    chart: Path, helm: str, brings: bool
) -> None:
    (chart / "crds").mkdir()
    (chart / "crds" / "leaf.yaml").write_text("{kind: CustomResourceDefinition, metadata: {name: leaf}}")
    found = rendered(replace(release(cups=1), brings=brings), chart, helm)
    assert [thing["kind"] for thing in found].count("CustomResourceDefinition") == brings


def test_what_does_not_render_says_why(chart: Path, helm: str) -> None:
    with pytest.raises(ChartError, match=r"it does not render.*say cups"):
        rendered(release(), chart, helm)


def test_a_chart_that_is_nowhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, helm: str) -> None:
    monkeypatch.setenv(SOURCES, str(tmp_path))
    with pytest.raises(ChartError, match=r"tea 1\.2\.3 of"):
        source(Pin("oci://127.0.0.1:1", "tea", "1.2.3"), helm, tmp_path / "cache")


def test_a_chart_at_hand_of_another_version_is_refused(chart: Path) -> None:
    refused = "holds tea 1.2.3, and the plan asks for 1.2.4; put 1.2.4 there, or remove the folder"
    with pytest.raises(ChartError, match=refused):
        source(Pin(PIN.repository, "tea", "1.2.4"), "no-helm", chart.parent)


def test_a_list_is_its_items() -> None:
    assert objects("{kind: RoleList, items: [{kind: Role}]}\n---\n---\n{kind: Pod}") == [
        {"kind": "Role"},
        {"kind": "Pod"},
    ]


def test_two_owners_of_one_object_are_named_whatever_version_they_write(tmp_path: Path) -> None:
    owners = Owners(ChartLibrary(tmp_path))
    job = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "a"}}
    owners.add("release a", [job, role], "here")
    owners.add("the stack", [{**job, "apiVersion": "batch/v1beta1"}, role], "there")
    owners.add("apps/a", [{**job, "metadata": {"name": "a", "namespace": "here"}}])
    assert owners.shared() == [
        "CronJob here/a: release a, apps/a",
        "ClusterRole a: release a, the stack",
    ]
