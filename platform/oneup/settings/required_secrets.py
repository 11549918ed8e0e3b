"""Required secrets: Secrets that the platform reads and only their owner can fill."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from oneup.settings.addons import Addons
from oneup.settings.addons.monitoring import KubePrometheusStack

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings


@dataclass(frozen=True)
class RequiredSecret:
    """A required Secret, which External Secrets creates from Secrets Manager."""

    namespace: str
    name: str
    keys: tuple[str, ...]
    """The keys of the Secret, and of the JSON object in Secrets Manager."""

    until_then: str
    """What does not work without it."""


def required_secrets(settings: "AwsSettings") -> tuple[RequiredSecret, ...]:
    """Each required Secret once, with all its keys; none if External Secrets is off."""
    if not settings.addons.external_secrets.enabled:
        return ()
    found: dict[tuple[str, str], RequiredSecret] = {}
    for secret in (*_argo_cd(settings.addons), *_monitoring(settings.addons.kube_prometheus_stack)):
        known = found.get((secret.namespace, secret.name), secret)
        keys = tuple(dict.fromkeys((*known.keys, *secret.keys)))
        found[secret.namespace, secret.name] = replace(known, keys=keys)
    return tuple(found.values())


def secrets_manager_name(settings: "AwsSettings", secret: RequiredSecret) -> str:
    """Its name in Secrets Manager."""
    return f"{settings.secrets_prefix}/{secret.name}"


def _argo_cd(addons: Addons) -> Iterator[RequiredSecret]:
    knobs = addons.argo_cd
    if knobs.enabled and knobs.notifications.keys:
        told, keys = knobs.notifications.secret, knobs.notifications.keys
        yield RequiredSecret("argocd", told, keys, "Argo CD sends no notifications")
    if knobs.enabled and knobs.oidc:
        yield RequiredSecret(
            "argocd", knobs.oidc.client_secret, (knobs.oidc.KEY,), "single sign-on to Argo CD does not work"
        )


def _monitoring(knobs: KubePrometheusStack) -> Iterator[RequiredSecret]:
    if not knobs.enabled:
        return
    told = knobs.alertmanager
    for way, receiver in (
        ("PagerDuty", told.pagerduty),
        ("Slack", told.slack),
        ("e-mail recipients", told.email),
        ("the heartbeat service", told.heartbeat),
    ):
        if receiver:
            until_then = f"Alertmanager does not reach {way}"
            yield RequiredSecret("monitoring", receiver.secret, (receiver.KEY,), until_then)
    oidc = knobs.grafana.oidc
    if oidc:
        yield RequiredSecret(
            "monitoring", oidc.secret, (oidc.KEY,), "single sign-on to Grafana does not work"
        )
    for store in knobs.prometheus.remote_write:
        if store.credentials:
            until_then = f"Prometheus writes nothing to {store.url}"
            yield RequiredSecret("monitoring", store.credentials, ("username", "password"), until_then)
