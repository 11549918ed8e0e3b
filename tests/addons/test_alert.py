"""Alerts beside their addons."""

from dataclasses import replace

from oneup.addons.addon import Context
from oneup.addons.alert import Alert
from oneup.addons.choose import with_alerts
from oneup.addons.metrics_server import addon
from oneup.plan import Plan
from tests.plans import RehearseWith
from tests.stacks import settings

DOWN = Alert(
    name="MetricsServerDown",
    expr='absent(up{job="metrics-server"} == 1)',
    severity="critical",
    summary="No metrics-server answers",
    runbook="metrics-server-down",
)


def test_alerts_are_carried_by_a_rule_object() -> None:
    context = Context(settings("staging"), frozenset())
    carried = with_alerts(replace(addon(context), alerts=(DOWN,)), context).after[-1]
    assert (carried.kind, carried.namespace) == ("PrometheusRule", "kube-system")
    assert DOWN.rule("https://git.example/x.git")["annotations"] == {
        "summary": "No metrics-server answers",
        "runbook_url": "https://git.example/x/blob/main/docs/runbooks/metrics-server-down.md",
    }


def test_a_stack_without_monitoring_has_no_rule_objects() -> None:
    context = Context(settings("staging", addons={"prometheusOperatorCrds": {"enabled": False}}), frozenset())
    assert with_alerts(replace(addon(context), alerts=(DOWN,)), context).after == addon(context).after


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
