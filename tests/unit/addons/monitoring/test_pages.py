"""Which pages are asked, and what scales by figures of Prometheus."""

from collections.abc import Mapping, Sequence
from typing import cast

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons import blackbox_exporter, prometheus_adapter
from oneup.installation import select
from oneup.plan import Json
from tests.support.stacks import settings


def asked(stack: str, targets: Sequence[str]) -> Sequence[Sequence[str]]:
    knobs: dict[str, Json] = {"blackboxExporter": {"targets": list(targets)}}
    built: Addon = blackbox_exporter.addon(AddonContext(settings(stack, addons=knobs), frozenset()))
    specs = [
        cast(Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]], probe.body["spec"])
        for probe in built.post_install_manifests
    ]
    return [spec["targets"]["staticConfig"]["static"] for spec in specs]


def test_the_platforms_page_is_asked_and_those_that_the_stack_names() -> None:
    page = "https://shop.example.com"
    assert asked("staging", [page]) == [["https://grafana.staging.example.com/api/health", page]]
    assert asked("baremetal", [page]) == [[page]]


def test_nothing_is_asked_where_there_is_no_page() -> None:
    assert asked("baremetal", []) == []


def test_the_adapter_is_a_switch() -> None:
    on: dict[str, Json] = {"prometheusAdapter": {"enabled": True}}
    assert prometheus_adapter.NAME not in {addon.name for addon in select(settings("staging")).addons}
    chosen = select(settings("staging", addons=on))
    assert (
        chosen.dependencies[prometheus_adapter.NAME].count(prometheus_adapter.kube_prometheus_stack.NAME) == 1
    )
