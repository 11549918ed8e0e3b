"""Each alert reaches those whom it is for, as Alertmanager itself routes it."""

import json
from typing import cast

import pytest

from oneup.addons.kube_prometheus_stack.alertmanager import configuration
from oneup.plan import Json
from oneup.settings.addons.monitoring import Alertmanager
from oneup.settings.model import Settings
from tests.alerts.judges import Run, Written
from tests.support.stacks import STACKS, settings
from tests.unit.addons.monitoring.knobs import EVERYTHING, TOPIC


def knobs(**more: Json) -> Alertmanager:
    told = EVERYTHING["alertmanager"]
    assert isinstance(told, dict)
    stack: Settings = settings("staging", addons={"kubePrometheusStack": {"alertmanager": {**told, **more}}})
    return stack.addons.kube_prometheus_stack.alertmanager


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("severity=critical alertname=NodeNotReady", "pagerduty,slack,email,sns"),
        ("severity=warning alertname=VolumeFilling", "slack,email,sns"),
        ("severity=info alertname=InfoInhibitor", "nobody"),
        ("severity=info alertname=CPUThrottlingHigh", "nobody"),
        ("severity=none alertname=Watchdog", "heartbeat"),
    ],
)
def test_a_severity_reaches_those_it_is_for(labels: str, receivers: str, run: Run, written: Written) -> None:
    file = written("alertmanager.yaml", configuration(knobs(sns={"topic": TOPIC})))
    said = run("amtool", "config", "routes", "test", f"--config.file={file}", *labels.split())
    assert said.strip() == receivers


def test_without_a_heartbeat_what_always_fires_reaches_nobody(run: Run, written: Written) -> None:
    file = written("alertmanager.yaml", configuration(knobs(heartbeat=None), TOPIC))
    labels = ("severity=none", "alertname=Watchdog")
    assert run("amtool", "config", "routes", "test", f"--config.file={file}", *labels).strip() == "nobody"


def test_alertmanager_takes_the_configuration_of_every_stack(run: Run, written: Written) -> None:
    every = [settings(stack).addons.kube_prometheus_stack.alertmanager for stack in STACKS]
    for told in (*every, knobs(sns={"topic": TOPIC})):
        file = written("alertmanager.yaml", configuration(told, TOPIC))
        assert "SUCCESS" in run("amtool", "check-config", file)


def test_no_configuration_holds_a_key(written: Written) -> None:
    text = written("alertmanager.yaml", configuration(knobs(), TOPIC)).read_text()
    kept = [part for part in ("routing_key", "api_url", "auth_password") if f'"{part}"' in text]
    assert not kept
    assert json.loads(text)["receivers"]


@pytest.mark.parametrize("length", [3, 63, 200])
def test_a_subject_is_one_that_sns_takes(length: int, run: Run, written: Written) -> None:
    """Fewer than 100 characters of one line, and the alert's name is in it, whatever its labels are."""
    (told,) = [
        one
        for receiver in cast(
            "list[dict[str, list[dict[str, str]]]]", configuration(knobs(sns={}), TOPIC)["receivers"]
        )
        for one in receiver.get("sns_configs", [])
    ]
    labels = {"alertname": "AwsLoadBalancerControllerDown", "namespace": "n" * length}
    data = written(
        "data.json", {"status": "firing", "groupLabels": labels, "commonLabels": labels, "alerts": []}
    )
    said = run(
        "amtool",
        "template",
        "render",
        "--template.glob=",
        f"--template.text={told['subject']}",
        f"--template.data={data}",
    )
    subject = said.rstrip("\n")
    assert subject.startswith("[FIRING] AwsLoadBalancerControllerDown n")
    assert len(subject) < 100
    assert "\n" not in subject
