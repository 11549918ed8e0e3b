"""What Argo CD tells of its deliveries, and whom: triggers, templates and services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oneup.addons import external_secrets
from oneup.addons.addon import Context, Manifest
from oneup.settings.addons.deliveries import Notifications
from oneup.settings.model import AwsSettings
from oneup.values import Value, Values
from oneup.workspace.namespace import ARGO_CD

ARRIVED: Final = "on-arrived"
FAILED: Final = "on-failed"
UNWELL: Final = "on-unwell"

_ALL: Final = (ARRIVED, FAILED, UNWELL)
_PAGE: Final = "{{.context.argocdUrl}}/applications/{{.app.metadata.name}}"
_REVISION: Final = "app.status.operationState?.syncResult?.revision"
_STORE: Final = "secrets-manager"


@dataclass(frozen=True)
class Event:
    """Something to tell: once for each commit."""

    trigger: str
    when: str
    """An expression over ``app``, the Application."""

    subject: str
    state: str
    """The commit's status in GitHub's words."""

    details: str = ""


EVENTS: Final = (
    Event(
        ARRIVED,
        "app.status.operationState?.phase == 'Succeeded' and app.status.health.status == 'Healthy'",
        "{{.app.metadata.name}} has arrived",
        "success",
    ),
    Event(
        FAILED,
        "app.status.operationState?.phase in ['Error', 'Failed']",
        "{{.app.metadata.name}} could not be delivered",
        "failure",
        ": {{.app.status.operationState.message}}",
    ),
    Event(
        UNWELL,
        "app.status.health.status == 'Degraded'",
        "{{.app.metadata.name}} is unwell",
        "failure",
    ),
)


@dataclass(frozen=True)
class Channel:
    """One way to tell somebody."""

    service: str
    recipient: str
    triggers: tuple[str, ...]
    config: Values
    """What the service is told; ``$key`` is a key of the Secret, and never its value."""


def channels(knobs: Notifications) -> Iterator[Channel]:
    """The ways that the stack's settings name."""
    if knobs.slack:
        yield Channel("slack", f"slack:{knobs.slack.channel}", _ALL, {"token": "$slack-token"})
    if knobs.pagerduty is not None:
        keys: Values = {"serviceKeys": {"deliveries": "$pagerduty-key"}}
        yield Channel("pagerdutyv2", "pagerdutyv2:deliveries", (FAILED, UNWELL), keys)
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
        yield Channel("github", "github:", _ALL, app)


def values(context: Context) -> Values:
    """What the chart is told; nothing where nobody is to be told."""
    knobs = context.settings.addons.argo_cd.notifications
    chosen = tuple(channels(knobs))
    if not chosen:
        return {}
    return {
        "secret": {"create": False, "name": knobs.secret},
        "notifiers": {f"service.{channel.service}": json.dumps(channel.config) for channel in chosen},
        "templates": {
            f"template.{event.trigger}": json.dumps(_template(event, context.settings.stack))
            for event in EVENTS
        },
        "triggers": {f"trigger.{event.trigger}": json.dumps([_trigger(event)]) for event in EVENTS},
        "subscriptions": [
            {"recipients": [channel.recipient], "triggers": list(channel.triggers)} for channel in chosen
        ],
    }


def _trigger(event: Event) -> Values:
    return {"when": event.when, "oncePer": _REVISION, "send": [event.trigger]}


def _template(event: Event, stack: str) -> Values:
    """The same words for every service, each in its own form."""
    subject = f"[{stack}] {event.subject}"
    told: dict[str, Value] = {
        "message": f"{subject}{event.details}\n{_PAGE}",
        "email": {"subject": subject},
        "github": {
            "repoURLPath": "{{.app.spec.source.repoURL}}",
            "revisionPath": "{{.app.status.operationState.syncResult.revision}}",
            "status": {
                "state": event.state,
                "label": f"oneup/{stack}/{{{{.app.metadata.name}}}}",
                "targetURL": _PAGE,
            },
        },
    }
    if event.trigger != ARRIVED:
        told["pagerdutyv2"] = {
            "summary": subject,
            "severity": "critical",
            "source": f"{stack}/{{{{.app.metadata.name}}}}",
            "url": _PAGE,
        }
    return told


def credentials(context: Context) -> tuple[Manifest, ...]:
    """The Secret with the services' keys, from Secrets Manager where External Secrets reads it."""
    settings = context.settings
    knobs = settings.addons.argo_cd.notifications
    if not isinstance(settings, AwsSettings) or external_secrets.NAME not in context.enabled:
        return ()
    if not any(channels(knobs)):
        return ()
    key = f"{external_secrets.prefix(settings)}/argocd-notifications"
    return (
        Manifest(
            api_version="external-secrets.io/v1",
            kind="ExternalSecret",
            name=knobs.secret,
            namespace=ARGO_CD.name,
            body={
                "spec": {
                    "refreshInterval": "1h",
                    "secretStoreRef": {"kind": "ClusterSecretStore", "name": _STORE},
                    "target": {"name": knobs.secret},
                    "dataFrom": [{"extract": {"key": key}}],
                }
            },
        ),
    )
