"""What Argo CD tells of its deliveries: whom, of what, and with keys that never pass through the stack."""

import json
from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addons import argo_cd, external_secrets
from oneup.addons.addon import Addon, AddonName, Capability, Context
from oneup.addons.notifications import ARRIVED, EVENTS, FAILED, UNWELL
from oneup.checks import Charts
from oneup.checks.findings import release_problems
from oneup.plan import Json
from oneup.values import Values
from tests.stacks import settings

TOLD: Mapping[str, Json] = {
    "slack": {"channel": "deliveries"},
    "pagerduty": {},
    "email": {"to": "a@example.com", "sender": "b@example.com", "host": "smtp.example.com", "username": "b"},
    "github": {"appId": 1, "installationId": 2},
}


def built(told: Mapping[str, Json], stack: str = "staging", *enabled: AddonName) -> Addon:
    knobs = {"argoCd": {"notifications": told}}
    return argo_cd.addon(Context(settings(stack, addons=knobs), frozenset(enabled)))


def said(addon: Addon) -> Mapping[str, Values]:
    return cast(Mapping[str, Values], addon.values["notifications"])


def texts(part: Values) -> dict[str, dict[str, Json]]:
    return {name: json.loads(str(text)) for name, text in part.items()}


def test_where_nobody_is_to_be_told_nothing_is_configured() -> None:
    addon = built({}, "staging", external_secrets.NAME)
    assert not {"notifiers", "templates", "triggers", "subscriptions", "secret"} & said(addon).keys()
    assert not addon.after
    assert Capability.SECRETS not in addon.uses


def test_success_goes_to_those_who_read_and_failure_to_all() -> None:
    heard: dict[str, set[str]] = {}
    for subscription in cast(list[Mapping[str, list[str]]], said(built(TOLD))["subscriptions"]):
        for recipient in subscription["recipients"]:
            heard.setdefault(recipient, set()).update(subscription["triggers"])
    assert heard == {
        "slack:deliveries": {ARRIVED, FAILED, UNWELL},
        "pagerdutyv2:deliveries": {FAILED, UNWELL},
        "email:a@example.com": {ARRIVED, FAILED, UNWELL},
        "github:": {ARRIVED, FAILED, UNWELL},
    }


@pytest.mark.parametrize("service", TOLD)
def test_a_service_alone_is_the_only_one(service: str) -> None:
    names = {"pagerduty": "pagerdutyv2"}
    notifiers = texts(said(built({service: TOLD[service]}))["notifiers"])
    assert list(notifiers) == [f"service.{names.get(service, service)}"]


def test_every_key_is_named_and_none_is_said() -> None:
    text = json.dumps(texts(said(built(TOLD))["notifiers"]))
    for key in ("$slack-token", "$pagerduty-key", "$email-password", "$github-private-key"):
        assert key in text
    assert said(built(TOLD))["secret"] == {"create": False, "name": "argocd-notifications"}


def test_every_trigger_sends_its_template_once_for_each_commit() -> None:
    addon = built(TOLD)
    templates, triggers = texts(said(addon)["templates"]), texts(said(addon)["triggers"])
    assert len(EVENTS) == len(triggers) == len(templates)
    for name, (trigger,) in triggers.items():
        assert cast(Mapping[str, Json], trigger)["send"] == [name.removeprefix("trigger.")]
        assert "syncResult?.revision" in str(cast(Mapping[str, Json], trigger)["oncePer"])
        assert f"template.{name.removeprefix('trigger.')}" in templates


def test_a_commits_status_is_success_or_failure_under_the_stacks_name() -> None:
    templates = texts(said(built(TOLD))["templates"])
    states = {
        name: cast(Mapping[str, Mapping[str, str]], template["github"])["status"]
        for name, template in templates.items()
    }
    assert {name: status["state"] for name, status in states.items()} == {
        f"template.{ARRIVED}": "success",
        f"template.{FAILED}": "failure",
        f"template.{UNWELL}": "failure",
    }
    assert {status["label"] for status in states.values()} == {"oneup/staging/{{.app.metadata.name}}"}


def test_on_aws_external_secrets_brings_the_keys() -> None:
    addon = built(TOLD, "staging", external_secrets.NAME)
    (secret,) = addon.after
    assert (secret.kind, secret.name, secret.namespace) == (
        "ExternalSecret",
        "argocd-notifications",
        "argocd",
    )
    assert json.loads(json.dumps(secret.body["spec"]))["dataFrom"] == [
        {"extract": {"key": "oneup/staging/argocd-notifications"}}
    ]
    assert Capability.SECRETS in addon.uses
    assert not built(TOLD, "baremetal", external_secrets.NAME).after


def test_the_chart_knows_every_value(charts: Charts) -> None:
    addon = built(TOLD)
    assert addon.chart
    release = {
        "chart": addon.chart.name,
        "version": addon.chart.version,
        "values": {"notifications": json.loads(json.dumps(said(addon)))},
    }
    assert list(release_problems(release, charts, "1.35")) == []
