"""Who hears of an alert: Alertmanager's routes, read as Alertmanager reads them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons.kube_prometheus_stack import addon
from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.policy import RULES
from tests.support.stacks import settings
from tests.unit.addons.monitoring.knobs import EVERYTHING

KNOBS: Final[dict[str, Json]] = {**EVERYTHING}
SNS: Final[Json] = {"topic": "arn:aws:sns:eu-central-1:111122223333:theirs"}
MATCHER: Final = re.compile(r'(\w+)\s*(=~|=)\s*"?([^"]*)"?')


@pytest.fixture(scope="module")
def config() -> JsonMap:
    """The configuration with every receiver that a stack file can name."""
    everything = {**cast("JsonMap", KNOBS["alertmanager"]), "sns": SNS}
    built = addon(
        AddonContext(
            settings("staging", addons={"kubePrometheusStack": {"alertmanager": everything}}), frozenset()
        )
    )
    return cast("JsonMap", cast("JsonMap", built.values["alertmanager"])["config"])


def matches(matchers: Sequence[str], labels: Mapping[str, str]) -> bool:
    for matcher in matchers:
        found = MATCHER.fullmatch(matcher)
        assert found
        label, operator, wanted = found.groups()
        pattern = wanted if operator == "=~" else re.escape(wanted)
        if not re.fullmatch(pattern, labels.get(label, "")):
            return False
    return True


def receivers(config: JsonMap, **labels: str) -> Iterator[tuple[str, str]]:
    """Receiver and repeat interval of every route that takes an alert, until one does not pass it on."""
    root = cast("JsonMap", config["route"])
    taken = False
    for route in cast("Sequence[JsonMap]", root["routes"]):
        if matches(cast("Sequence[str]", route["matchers"]), labels):
            taken = True
            yield str(route["receiver"]), str(route.get("repeat_interval", root["repeat_interval"]))
            if not route.get("continue"):
                return
    if not taken:
        yield str(root["receiver"]), str(root["repeat_interval"])


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        (
            {"severity": "critical", "alertname": "A"},
            {"pagerduty": "1h", "slack": "12h", "email": "12h", "sns": "12h"},
        ),
        ({"severity": "warning", "alertname": "A"}, {"slack": "12h", "email": "12h", "sns": "12h"}),
        ({"severity": "info", "alertname": "A"}, {"nobody": "12h"}),
        ({"severity": "none", "alertname": "Watchdog"}, {"heartbeat": "50s"}),
        ({"severity": "none", "alertname": "InfoInhibitor"}, {"nobody": "12h"}),
    ],
    ids=lambda value: str(value),
)
def test_everyone_who_is_named_hears_of_it(config: JsonMap, labels: Mapping[str, str], told: JsonMap) -> None:
    assert dict(receivers(config, **labels)) == told


def test_the_rule_has_nothing_to_say_of_it(config: JsonMap) -> None:
    inputs: dict[str, Json] = {
        "chart": "kube-prometheus-stack",
        "values": {"alertmanager": {"config": config}},
    }
    release = Resource(urn="urn::it", type="kubernetes:helm.sh/v3:Release", custom=True, inputs=inputs)
    (rule,) = (rule for rule in RULES if rule.id == "alerts-reach-receivers")
    assert list(rule.violations(DependencyGraph(Plan("test", (release,))))) == []
