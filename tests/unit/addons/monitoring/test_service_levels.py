"""Service levels, and the dashboards that show them."""

import json
import re
from collections.abc import Iterator
from typing import cast

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons.kube_prometheus_stack import addon
from oneup.addons.kube_prometheus_stack.grafana import dashboards
from oneup.addons.kube_prometheus_stack.service_levels import ALERTS, RECORDS
from oneup.workspace.manifest import Manifest
from tests.support.stacks import settings

RECORDED = re.compile(r"\b[a-z_]+:[a-z0-9_]+:[a-zA-Z0-9_]+")
EACH_DASHBOARD = pytest.mark.parametrize("page", dashboards(), ids=lambda page: page.name)


def expressions(page: Manifest) -> Iterator[str]:
    (text,) = cast(dict[str, str], page.body["data"]).values()
    for panel in cast(list[dict[str, list[dict[str, str]]]], json.loads(text)["panels"]):
        for target in panel["targets"]:
            yield target["expr"]


@EACH_DASHBOARD
def test_a_dashboard_shows_what_is_recorded(page: Manifest) -> None:
    shown = {series for expression in expressions(page) for series in RECORDED.findall(expression)}
    assert shown <= {record.name for record in RECORDS}
    assert list(expressions(page))


def test_alerts_look_at_series_that_are_recorded() -> None:
    watched = {series for alert in ALERTS for series in RECORDED.findall(alert.expr)}
    assert watched
    assert watched <= {record.name for record in RECORDS}


def test_what_is_promised_is_shown() -> None:
    page = next(page for page in dashboards() if page.name == "dashboard-service-levels")
    shown = " ".join(expressions(page))
    for part in (
        "available",
        "errors",
        "duration:p95",
        "duration:mean",
        "argocd_sync",
        "argocd_degraded",
        "probe_success",
    ):
        assert part in shown


def test_recorded_series_and_dashboards_come_with_the_release() -> None:
    built = addon(AddonContext(settings("staging"), frozenset()))
    (rule,) = (manifest for manifest in built.post_install_manifests if manifest.kind == "PrometheusRule")
    group = cast(dict[str, list[dict[str, list[object]]]], rule.body["spec"])["groups"][0]
    assert len(group["rules"]) == len(RECORDS)
    assert [page for page in built.prerequisite_manifests if page.kind == "ConfigMap"] == list(dashboards())
