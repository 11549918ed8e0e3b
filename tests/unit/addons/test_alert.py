"""Alerts of addons."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pytest

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addonkit.alert import Alert, daemonset_missing_pods, deployment_down, statefulset_missing_pods
from oneup.addons.metrics_server import addon
from oneup.installation.choose import with_alerts
from oneup.plan import Plan
from tests.support.plans import RehearseWith
from tests.support.stacks import settings
from tests.support.variants import every_addon

DOWN = Alert(
    name="MetricsServerDown",
    expr='absent(up{job="metrics-server"} == 1)',
    severity="critical",
    summary="No metrics-server answers",
    runbook="metrics-server-down",
)


def test_alerts_are_carried_by_a_rule_object() -> None:
    context = AddonContext(settings("staging"), frozenset())
    carried = with_alerts(replace(addon(context), alerts=(DOWN,)), context).post_install_manifests[-1]
    assert (carried.kind, carried.namespace) == ("PrometheusRule", "kube-system")
    assert DOWN.rule("https://git.example/x.git")["annotations"] == {
        "summary": "No metrics-server answers",
        "runbook_url": "https://git.example/x/blob/main/docs/runbooks/metrics-server-down.md",
    }


def test_a_stack_without_monitoring_has_no_rule_objects() -> None:
    context = AddonContext(
        settings("staging", addons={"prometheusOperatorCrds": {"enabled": False}}), frozenset()
    )
    assert (
        with_alerts(replace(addon(context), alerts=(DOWN,)), context).post_install_manifests
        == addon(context).post_install_manifests
    )


def test_definitions_go_in_as_soon_as_the_control_plane_answers(staging: Plan) -> None:
    release = next(
        item for item in staging.resources if item.name == "prometheus-operator-crds" and item.custom
    )
    assert not any("nodeGroup" in urn for urn in release.dependencies)


def test_without_monitoring_the_definitions_are_not_there(rehearse_with: RehearseWith) -> None:
    crds, stack = "prometheusOperatorCrds", "kubePrometheusStack"
    names = (crds, stack, "blackboxExporter", "prometheusSnapshots", "grafanaExport")
    plan = rehearse_with("staging", addons={name: {"enabled": False} for name in names})
    assert not any("monitoring.coreos.com" in item.type for item in plan.resources)
    assert not any(item.name == "prometheus-operator-crds" for item in plan.resources)


SILENCE: Final = re.compile(
    r"absent\(|or vector\(0\)|kube_cronjob_status_last_successful_time"
    r"|kube_daemonset_status_number_unavailable|kube_deployment_status_replicas_available"
    r"|kube_statefulset_status_replicas_ready"
)
"""What sees that something is not there; a component that is gone has no figures of its own."""


def unwatched(addons: Iterable[Addon]) -> set[str]:
    """The addons with pods of which no alert fires when none of them is there."""
    running = [one for one in addons if one.requests.pods or one.requests.daemon_pods]
    return {one.name for one in running if not any(SILENCE.search(alert.expr) for alert in one.alerts)}


def test_somebody_hears_of_every_component_that_is_down() -> None:
    assert unwatched(addon for _, addon in every_addon()) == set()


@pytest.mark.parametrize(
    ("expr", "heard"),
    [
        ("sum(rate(errors_total[5m])) > 0", False),
        ('up{job="a"} == 0', False),
        ('absent(up{job="a"} == 1)', True),
        (deployment_down("n", "a"), True),
        (statefulset_missing_pods("n", "a"), True),
        (daemonset_missing_pods("n", "a"), True),
    ],
)
def test_an_alert_on_figures_that_a_lost_pod_no_longer_gives_does_not_count(expr: str, heard: bool) -> None:
    addon_ = addon(AddonContext(settings("staging"), frozenset()))
    assert unwatched([replace(addon_, alerts=(replace(DOWN, expr=expr),))]) == (
        set() if heard else {addon_.name}
    )
