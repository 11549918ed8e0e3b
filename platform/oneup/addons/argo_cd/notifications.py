"""Argo CD notifications: triggers, templates and services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import AddonContext
from oneup.addons.argo_cd import commit_status
from oneup.settings.model import Settings
from oneup.values import Value, Values

DEPLOYED: Final = "on-arrived"
FAILED: Final = "on-failed"
DEGRADED: Final = "on-unwell"
SYNC_UNKNOWN: Final = "on-unreadable"

_OF_COMMITS: Final = (DEPLOYED, FAILED, DEGRADED)
_ALL: Final = (*_OF_COMMITS, SYNC_UNKNOWN)
_PAGING: Final = (FAILED, DEGRADED)
_REVISION: Final = "app.status.operationState?.syncResult?.revision"


@dataclass(frozen=True)
class Notification:
    """One trigger: fires once per commit, or without a commit once until it is resolved."""

    trigger: str
    when: str
    """An expression over ``app``, the Application."""

    subject: str
    state: str = ""
    """The commit status in GitHub's terms; empty without a commit."""

    details: str = ""


# After an operation, the health is stale until Argo CD compares again, and the
# Application is OutOfSync: success would be reported too early, and a fix as the failure it fixes.
EVENTS: Final = (
    Notification(
        DEPLOYED,
        "app.status.operationState?.phase == 'Succeeded' and app.status.sync.status == 'Synced' "
        "and app.status.health.status == 'Healthy'",
        "{{.app.metadata.name}} has arrived",
        "success",
    ),
    Notification(
        FAILED,
        "app.status.operationState?.phase in ['Error', 'Failed']",
        "{{.app.metadata.name}}: deployment failed",
        "failure",
        ": {{.app.status.operationState.message}}",
    ),
    Notification(
        DEGRADED,
        "app.status.health.status == 'Degraded' and app.status.sync.status != 'OutOfSync'",
        "{{.app.metadata.name}} is degraded",
        "failure",
    ),
    Notification(
        SYNC_UNKNOWN,
        "app.status.sync.status == 'Unknown'",
        "{{.app.metadata.name}}: cannot read from Git",
        details="{{range .app.status.conditions}}\n{{.message}}{{end}}",
    ),
)


@dataclass(frozen=True)
class Channel:
    """One notification receiver."""

    service: str
    recipient: str
    triggers: tuple[str, ...]
    config: Values
    """The service's configuration; ``$key`` references a key of the Secret."""


def channels(settings: Settings) -> Iterator[Channel]:
    """The notification services in the settings."""
    knobs = settings.addons.argo_cd.notifications
    if knobs.slack:
        yield Channel("slack", f"slack:{knobs.slack.channel}", _ALL, {"token": "$slack-token"})
    if knobs.pagerduty is not None:
        keys: Values = {"serviceKeys": {"deliveries": "$pagerduty-key"}}
        yield Channel("pagerdutyv2", "pagerdutyv2:deliveries", _PAGING, keys)
    if knobs.email:
        mail = knobs.email
        config: Values = {
            "host": mail.host,
            "port": mail.port,
            "username": mail.username,
            "password": "$email-password",
            "from": mail.sender,
        }
        yield Channel("email", f"email:{mail.to}", _ALL, config)
    if knobs.github:
        app: Values = {
            "appID": knobs.github.app_id,
            "installationID": knobs.github.installation_id,
            "privateKey": "$github-private-key",
        }
        yield Channel("github", "github:", _OF_COMMITS, app)
    if knobs.gitlab is not None:
        service = commit_status.gitlab(settings, knobs.gitlab)
        yield Channel("webhook.gitlab", "gitlab:", _OF_COMMITS, service)


def values(context: AddonContext) -> Values:
    """The chart's values; empty without notifications."""
    settings = context.settings
    chosen = tuple(channels(settings))
    if not chosen:
        return {}
    return {
        "secret": {"create": False, "name": settings.addons.argo_cd.notifications.secret},
        "notifiers": {f"service.{channel.service}": json.dumps(channel.config) for channel in chosen},
        "templates": {
            f"template.{event.trigger}": json.dumps(_template(event, settings)) for event in EVENTS
        },
        "triggers": {f"trigger.{each.trigger}": json.dumps([_trigger(each)]) for each in EVENTS},
        "subscriptions": [
            {"recipients": [channel.recipient], "triggers": list(channel.triggers)} for channel in chosen
        ],
    }


def _trigger(event: Notification) -> Values:
    once: Values = {"oncePer": _REVISION} if event.state else {}
    return {"when": event.when, **once, "send": [event.trigger]}


def _template(event: Notification, settings: Settings) -> Values:
    """One message text in each service's format."""
    subject = f"[{settings.stack}] {event.subject}"
    told: dict[str, Value] = {
        "message": f"{subject}{event.details}\n{commit_status.PAGE}",
        "email": {"subject": subject},
    }
    if event.state:
        told["github"] = commit_status.github_status(settings.stack, event.state)
    gitlab = settings.addons.argo_cd.notifications.gitlab
    if event.state and gitlab is not None:
        told["webhook"] = {"gitlab": commit_status.gitlab_status(settings, gitlab, event.state)}
    if event.trigger in _PAGING:
        told["pagerdutyv2"] = {
            "summary": subject,
            "severity": "critical",
            "source": f"{settings.stack}/{{{{.app.metadata.name}}}}",
            "url": commit_status.PAGE,
        }
    return told
