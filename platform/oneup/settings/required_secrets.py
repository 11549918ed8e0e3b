"""The Secrets that the platform reads by name, and that only their owner can fill."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from oneup.settings.addons import Addons
from oneup.settings.addons.monitoring import KubePrometheusStack

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings


@dataclass(frozen=True)
class RequiredSecret:
    """One of them, which External Secrets makes of a secret in Secrets Manager."""

    namespace: str
    name: str
    keys: tuple[str, ...]
    """The keys of the Secret, and of the JSON object in Secrets Manager."""

    until_then: str
    """What does not work until it is there."""


def required_secrets(settings: "AwsSettings") -> tuple[RequiredSecret, ...]:
    """Each Secret once, with all keys that are asked of it; none where External Secrets is off."""
    if not settings.addons.external_secrets.enabled:
        return ()
    found: dict[tuple[str, str], RequiredSecret] = {}
    for secret in (*_argo_cd(settings.addons), *_monitoring(settings.addons.kube_prometheus_stack)):
        known = found.get((secret.namespace, secret.name), secret)
        keys = tuple(dict.fromkeys((*known.keys, *secret.keys)))
        found[secret.namespace, secret.name] = replace(known, keys=keys)
    return tuple(found.values())


def path(settings: "AwsSettings", secret: RequiredSecret) -> str:
    """What Secrets Manager calls it."""
    return f"{settings.secrets_prefix}/{secret.name}"


def _argo_cd(addons: Addons) -> Iterator[RequiredSecret]:
    knobs = addons.argo_cd
    if knobs.enabled and knobs.notifications.keys:
        told, keys = knobs.notifications.secret, knobs.notifications.keys
        yield RequiredSecret("argocd", told, keys, "Argo CD tells nobody of deliveries")
    if knobs.enabled and knobs.oidc:
        yield RequiredSecret(
            "argocd", knobs.oidc.client_secret, (knobs.oidc.KEY,), "nobody signs in to Argo CD"
        )


def _monitoring(knobs: KubePrometheusStack) -> Iterator[RequiredSecret]:
    if not knobs.enabled:
        return
    told = knobs.alertmanager
    for way, receiver in (
        ("PagerDuty", told.pagerduty),
        ("Slack", told.slack),
        ("anybody by mail", told.email),
        ("who listens for the heartbeat", told.heartbeat),
    ):
        if receiver:
            until_then = f"Alertmanager does not reach {way}"
            yield RequiredSecret("monitoring", receiver.secret, (receiver.KEY,), until_then)
    oidc = knobs.grafana.oidc
    if oidc:
        yield RequiredSecret("monitoring", oidc.secret, (oidc.KEY,), "nobody signs in to Grafana")
    for store in knobs.prometheus.remote_write:
        if store.credentials:
            until_then = f"Prometheus writes nothing to {store.url}"
            yield RequiredSecret("monitoring", store.credentials, ("username", "password"), until_then)
