"""Each alert fires when it should and only then, as Prometheus itself evaluates it."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.alerts.case import Case
from tests.alerts.cases import CASES
from tests.alerts.judges import Run, Written


def question(series: Mapping[str, str], query: str, minutes: int, expected: list[object]) -> object:
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": query, "eval_time": f"{minutes}m", "exp_samples": expected}],
    }


def firing(case: Case, *, fires: bool) -> object:
    series = case.fires if fires else case.quiet
    query = f'count(ALERTS{{alertname="{case.alert}", alertstate="firing"}})'
    return question(series, query, case.minutes, [{"labels": "{}", "value": 1}] if fires else [])


def names(rules: Path, kind: str) -> set[str]:
    groups = json.loads(rules.read_text())["groups"]
    return {rule[kind] for group in groups for rule in group["rules"] if kind in rule}


def needed(rules: Path, alert: str) -> dict[str, object]:
    """The groups with the alert and the figures that it is made of: all others would be worked out, too."""
    groups = json.loads(rules.read_text())["groups"]
    every = [rule for group in groups for rule in group["rules"]]
    kept: list[dict[str, str]] = []
    wanted = [rule for rule in every if rule.get("alert") == alert]
    while wanted:
        kept += wanted
        said = {name for rule in wanted for name in re.findall(r"[\w:]+", rule["expr"])}
        wanted = [rule for rule in every if rule.get("record") in said and rule not in kept]
    own = [{**group, "rules": [rule for rule in group["rules"] if rule in kept]} for group in groups]
    return {"groups": [group for group in own if group["rules"]]}


def test_prometheus_reads_every_rule(rules: Path, run: Run) -> None:
    run("promtool", "check", "rules", rules)


def test_every_alert_has_a_case(rules: Path) -> None:
    assert names(rules, "alert") == {case.alert for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.alert)
def test_an_alert_fires_when_it_should_and_only_then(
    case: Case, rules: Path, run: Run, written: Written
) -> None:
    tests = [firing(case, fires=True), firing(case, fires=False)]
    own = written("rules.yaml", needed(rules, case.alert))
    file = written("case.yaml", {"rule_files": [str(own)], "evaluation_interval": "1m", "tests": tests})
    run("promtool", "test", "rules", file)


def test_service_levels_are_what_they_are_called(rules: Path, run: Run, written: Written) -> None:
    shop = 'namespace="production", job="order"'
    series = {
        f'shop_http_requests_total{{{shop}, status="200"}}': "0+900x100",
        f'shop_http_requests_total{{{shop}, status="503"}}': "0+100x100",
        f"shop_http_request_duration_seconds_sum{{{shop}}}": "0+50x100",
        f"shop_http_request_duration_seconds_count{{{shop}}}": "0+1000x100",
        'argocd_app_sync_duration_seconds_total{name="shop"}': "0+120x100",
        'argocd_app_sync_total{name="shop", phase="Succeeded"}': "0+1x100",
        'argocd_app_info{name="shop", health_status="Degraded"}': "_x88 1x2 stale",
        'probe_success{job="availability-test", instance="http://web"}': "1x60 0x40",
    }
    expected = {
        "namespace_job:shop_http_errors:ratio_rate1h": 0.1,
        "namespace_job:shop_http_duration:mean5m": 0.05,
        "namespace_job:shop_http_available:ratio_rate30d": 0.9,
        "name:argocd_sync:mean_seconds1h": 120.0,
        "name:argocd_degraded:seconds1h": 180.0,
        "instance:probe_success:ratio5m": 0.0,
    }
    tests = [
        question(series, f"round(sum({name}), 0.001)", 95, [{"labels": "{}", "value": value}])
        for name, value in expected.items()
    ]
    file = written("levels.yaml", {"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": tests})
    run("promtool", "test", "rules", file)
