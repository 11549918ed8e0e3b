"""Experiments: each says what is expected and what decides, ends by itself, and finds what it breaks."""

import re
from typing import cast

import pytest

from oneup.addons.kube_prometheus_stack.service_levels import RECORDS
from oneup.plan import JsonMap
from oneup.settings.model import AwsSettings
from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import APPS, ROOT, applications, delivered, documents, objects

BASE = APPS / "base" / "chaos"
EXPERIMENTS = {str(cast(JsonMap, each["metadata"])["name"]): each for each in objects(BASE)}
RAW = {
    "traces_spanmetrics_calls_total",
    "traces_spanmetrics_duration_milliseconds_bucket",
    "probe_success",
}
"""What is counted of spans, and what the availability test is answered."""

EACH = pytest.mark.parametrize("name", EXPERIMENTS)


def part(content: JsonMap, *path: str) -> JsonMap:
    for step in path:
        content = cast(JsonMap, content[step])
    return content


def test_each_application_is_broken_in_three_ways() -> None:
    ways = ("pod-kill", "network-delay", "zone-loss")
    assert set(EXPERIMENTS) == {
        f"{application}-{way}" for application in ("shop", "boutique") for way in ways
    }


@EACH
def test_it_says_what_is_expected_and_a_known_figure_decides(name: str) -> None:
    annotations = part(EXPERIMENTS[name], "metadata", "annotations")
    assert str(annotations["oneup.dev/hypothesis"]).endswith(".")
    decides = str(annotations["oneup.dev/decides"])
    assert re.search(r"[<>]=? [\d.]+$", decides)
    known = {record.name for record in RECORDS} | RAW
    series = set(re.findall(r"(?<![\w:])(\w+(?::\w+)+|\w+_(?:total|bucket|success))(?=[{)\[])", decides))
    assert series
    assert series <= known


@EACH
def test_it_ends_by_itself_and_stays_in_its_application(name: str) -> None:
    spec = part(EXPERIMENTS[name], "spec")
    assert spec["action"] == "pod-kill" or spec["duration"] == "5m"
    application = {"shop": "shop", "boutique": "online-boutique"}[name.partition("-")[0]]
    selectors = [part(spec, "selector")]
    if "target" in spec:
        selectors.append(part(spec, "target", "selector"))
    for selector in selectors:
        assert selector["namespaces"] == ["environment"]
        assert part(selector, "labelSelectors")["app.kubernetes.io/instance"] == application


@EACH
def test_it_names_workloads_that_the_application_has(name: str) -> None:
    folder = APPS / "base" / {"shop": "shop", "boutique": "online-boutique"}[name.partition("-")[0]]
    sources = "\n".join(path.read_text() for path in folder.rglob("*.yaml"))
    text = (BASE / f"{name}.yaml").read_text()
    named = re.findall(r"app.kubernetes.io/name: ([\w-]+)\}", text)
    named += [value for found in re.findall(r"values: \[([^\]]+)\]", text) for value in found.split(", ")]
    assert [value for value in named if not re.search(rf"\bname: {value}\b", sources)] == []


@pytest.mark.parametrize("stack", STACKS)
def test_experiments_are_delivered_where_chaos_mesh_is_and_nowhere_else(stack: str) -> None:
    enabled = settings(stack).addons.chaos_mesh.enabled
    assert {BASE / f"{name}.yaml" for name in EXPERIMENTS}.isdisjoint(delivered(stack)) != enabled
    waves = {
        str(part(each, "metadata")["name"]): part(each, "metadata", "annotations")[
            "argocd.argoproj.io/sync-wave"
        ]
        for each in applications(stack)
    }
    assert waves.get("chaos") == ("99" if enabled else None)


@pytest.mark.parametrize("stack", [name for name in STACKS if settings(name).addons.chaos_mesh.enabled])
def test_the_zone_that_is_lost_is_one_of_the_stacks(stack: str) -> None:
    (overlay,) = documents(APPS / stack / "chaos" / "kustomization.yaml")
    (zone,) = re.findall(r"topology.kubernetes.io~1zone, value: ([\w-]+)", str(overlay["patches"]))
    configured = settings(stack)
    assert isinstance(configured, AwsSettings)
    assert zone in configured.network.zones


def test_the_page_lists_every_experiment() -> None:
    page = (ROOT / "docs" / "chaos.md").read_text()
    assert set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE)) == set(EXPERIMENTS)
