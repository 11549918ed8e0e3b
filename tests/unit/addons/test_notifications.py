"""Argo CD notifications: services, triggers, and credentials that are not in the stack."""

import json
import re
from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability
from oneup.addons import argo_cd, external_secrets
from oneup.addons.argo_cd.notifications import DEGRADED, DEPLOYED, EVENTS, FAILED, SYNC_UNKNOWN, channels
from oneup.checks import ChartLibrary
from oneup.checks.findings import release_errors
from oneup.plan import Json
from oneup.values import Values
from tests.support.stacks import settings

TOLD: Mapping[str, Json] = {
    "slack": {"channel": "deliveries"},
    "pagerduty": {},
    "email": {"to": "a@example.com", "sender": "b@example.com", "host": "smtp.example.com", "username": "b"},
    "github": {"appId": 1, "installationId": 2},
}
GITLAB = "https://gitlab.example.com/platform/clusters/oneup.git"


def built(told: Mapping[str, Json], stack: str = "baremetal", *enabled: AddonName) -> Addon:
    knobs = {"argoCd": {"notifications": told}}
    return argo_cd.addon(AddonContext(settings(stack, addons=knobs), frozenset(enabled)))


def at_gitlab(repository: str = GITLAB, **knobs: Json) -> Addon:
    """Argo CD of a stack with a GitLab repository and no other notification service."""
    changes: dict[str, Json] = {"argoCd": {"notifications": {"gitlab": knobs}}}
    place: dict[str, Json] = {"repository": repository, "credentialsSecret": "key"}
    return argo_cd.addon(AddonContext(settings("baremetal", gitops=place, addons=changes), frozenset()))


def said(addon: Addon) -> Mapping[str, Values]:
    return cast(Mapping[str, Values], addon.values["notifications"])


def texts(part: Values) -> dict[str, dict[str, Json]]:
    return {name: json.loads(str(text)) for name, text in part.items()}


def test_where_nobody_is_to_be_told_nothing_is_configured() -> None:
    addon = built({"github": None}, "staging", external_secrets.NAME)
    assert not {"notifiers", "templates", "triggers", "subscriptions", "secret"} & said(addon).keys()
    assert not addon.post_install_manifests
    assert Capability.SECRETS not in addon.uses


def test_success_goes_to_those_who_read_and_failure_to_all() -> None:
    heard: dict[str, set[str]] = {}
    for subscription in cast(list[Mapping[str, list[str]]], said(built(TOLD))["subscriptions"]):
        for recipient in subscription["recipients"]:
            heard.setdefault(recipient, set()).update(subscription["triggers"])
    assert heard == {
        "slack:deliveries": {DEPLOYED, FAILED, DEGRADED, SYNC_UNKNOWN},
        "pagerdutyv2:deliveries": {FAILED, DEGRADED},
        "email:a@example.com": {DEPLOYED, FAILED, DEGRADED, SYNC_UNKNOWN},
        "github:": {DEPLOYED, FAILED, DEGRADED},
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


@pytest.mark.parametrize("told", [*([name] for name in TOLD), [*TOLD], []], ids=str)
def test_the_settings_know_which_keys_are_wanted(told: list[str]) -> None:
    """Preflight asks for them by these names."""
    knobs: dict[str, Json] = {name: TOLD[name] for name in told}
    chosen = settings("baremetal", addons={"argoCd": {"notifications": knobs}})
    wanted = re.findall(r"\$([a-z-]+)", json.dumps([channel.config for channel in channels(chosen)]))
    assert sorted(wanted) == sorted(chosen.addons.argo_cd.notifications.keys)
    assert len(wanted) == len(told)


def test_every_trigger_sends_its_template() -> None:
    addon = built(TOLD)
    templates, triggers = texts(said(addon)["templates"]), texts(said(addon)["triggers"])
    assert len(EVENTS) == len(triggers) == len(templates)
    for name, (trigger,) in triggers.items():
        assert cast(Mapping[str, Json], trigger)["send"] == [name.removeprefix("trigger.")]
        assert f"template.{name.removeprefix('trigger.')}" in templates


def test_what_is_told_of_a_commit_is_told_once() -> None:
    """Without a commit, a notification is sent once, and again only after recovery."""
    triggers = texts(said(built(TOLD))["triggers"])
    once = {
        name: "syncResult?.revision" in str(cast(Mapping[str, Json], trigger).get("oncePer"))
        for name, (trigger,) in triggers.items()
    }
    assert once == {f"trigger.{event.trigger}": event.trigger != SYNC_UNKNOWN for event in EVENTS}


def test_health_counts_only_once_it_is_that_of_the_commit() -> None:
    """Right after an operation the Application is out of sync, and its health that of before."""
    conditions = {event.trigger: event.when for event in EVENTS}
    assert "app.status.sync.status == 'Synced'" in conditions[DEPLOYED]
    assert "app.status.sync.status != 'OutOfSync'" in conditions[DEGRADED]


def test_a_commits_status_is_success_or_failure_under_the_stacks_name() -> None:
    templates = texts(said(built(TOLD))["templates"])
    states = {
        name: cast(Mapping[str, Mapping[str, str]], template["github"])["status"]
        for name, template in templates.items()
        if "github" in template
    }
    assert {name: status["state"] for name, status in states.items()} == {
        f"template.{DEPLOYED}": "success",
        f"template.{FAILED}": "failure",
        f"template.{DEGRADED}": "failure",
    }
    assert {status["label"] for status in states.values()} == {"oneup/baremetal/{{.app.metadata.name}}"}


def requests(addon: Addon) -> dict[str, Mapping[str, str]]:
    """What GitLab is asked, by event."""
    return {
        name.removeprefix("template."): cast(Mapping[str, Mapping[str, str]], template["webhook"])["gitlab"]
        for name, template in texts(said(addon)["templates"]).items()
        if "webhook" in template
    }


def test_gitlab_is_told_by_its_api_in_its_own_words() -> None:
    addon = at_gitlab()
    told = requests(addon)
    bodies = {event: json.loads(request["body"]) for event, request in told.items()}
    assert {event: body["state"] for event, body in bodies.items()} == {
        DEPLOYED: "success",
        FAILED: "failed",
        DEGRADED: "failed",
    }
    assert {body["name"] for body in bodies.values()} == {"oneup/baremetal/{{.app.metadata.name}}"}
    assert {request["method"] for request in told.values()} == {"POST"}
    notifiers = texts(said(addon)["notifiers"])
    assert notifiers["service.webhook.gitlab"]["headers"] == [
        {"name": "PRIVATE-TOKEN", "value": "$gitlab-token"},
        {"name": "Content-Type", "value": "application/json"},
    ]


@pytest.mark.parametrize(
    ("repository", "knobs", "url", "project"),
    [
        (GITLAB, {}, "https://gitlab.example.com", "platform%2Fclusters%2Foneup"),
        ("git@gitlab.com:example/oneup.git", {}, "https://gitlab.com", "example%2Foneup"),
        ("ssh://git@git.example.com:2222/a/b", {}, "https://git.example.com", "a%2Fb"),
        (
            "https://example.com/gitlab/a/b.git",
            {"url": "https://example.com:8443/gitlab/"},
            "https://example.com:8443/gitlab",
            "a%2Fb",
        ),
    ],
    ids=["https", "scp", "ssh", "folder"],
)
def test_gitlab_and_the_project_are_the_repositorys(
    repository: str, knobs: dict[str, Json], url: str, project: str
) -> None:
    addon = at_gitlab(repository, **knobs)
    assert texts(said(addon)["notifiers"])["service.webhook.gitlab"]["url"] == url
    commit = "{{.app.status.operationState.syncResult.revision}}"
    assert {request["path"] for request in requests(addon).values()} == {
        f"/api/v4/projects/{project}/statuses/{commit}"
    }
    (subscription,) = cast(list[Mapping[str, list[str]]], said(addon)["subscriptions"])
    assert subscription == {"recipients": ["gitlab:"], "triggers": [DEPLOYED, FAILED, DEGRADED]}


def test_on_aws_external_secrets_brings_the_keys() -> None:
    addon = built(TOLD, "staging", external_secrets.NAME)
    (secret,) = addon.post_install_manifests
    assert (secret.kind, secret.name, secret.namespace) == (
        "ExternalSecret",
        "argocd-notifications",
        "argocd",
    )
    assert json.loads(json.dumps(secret.body["spec"]))["dataFrom"] == [
        {"extract": {"key": "oneup/staging/argocd-notifications"}}
    ]
    assert Capability.SECRETS in addon.uses
    assert not built(TOLD, "baremetal", external_secrets.NAME).post_install_manifests


@pytest.mark.parametrize("addon", [built(TOLD), at_gitlab()], ids=["all at GitHub", "GitLab"])
def test_the_chart_knows_every_value(addon: Addon, charts: ChartLibrary) -> None:
    assert addon.chart
    release = {
        "chart": addon.chart.name,
        "version": addon.chart.version,
        "values": {"notifications": json.loads(json.dumps(said(addon)))},
    }
    assert list(release_errors(release, charts, "1.35")) == []
