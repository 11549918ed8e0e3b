"""ExternalSecrets for the Secrets that the platform reads by name."""

from typing import Final

from oneup.addonkit.addon import AddonContext, Manifest
from oneup.settings.addons.enabled import is_enabled
from oneup.settings.model import AwsSettings
from oneup.settings.required_secrets import RequiredSecret, required_secrets, secrets_manager_name
from oneup.values import Values

_STORE: Final = "secrets-manager"

_PART_OF_ARGO_CD: Final[Values] = {"metadata": {"labels": {"app.kubernetes.io/part-of": "argocd"}}}
"""Argo CD only reads Secrets with this label."""


def external_secret_manifests(context: AddonContext, namespace: str) -> tuple[Manifest, ...]:
    """An ExternalSecret for each referenced Secret of a namespace; without AWS they are created by hand."""
    settings = context.settings
    if not isinstance(settings, AwsSettings) or not is_enabled(settings, settings.addons.external_secrets):
        return ()
    return tuple(
        _manifest(secret, secrets_manager_name(settings, secret))
        for secret in required_secrets(settings)
        if secret.namespace == namespace
    )


def _manifest(secret: RequiredSecret, key: str) -> Manifest:
    return Manifest(
        api_version="external-secrets.io/v1",
        kind="ExternalSecret",
        name=secret.name,
        namespace=secret.namespace,
        body={
            "spec": {
                "refreshInterval": "1h",
                "secretStoreRef": {"kind": "ClusterSecretStore", "name": _STORE},
                "target": {"name": secret.name, "template": _PART_OF_ARGO_CD},
                "dataFrom": [{"extract": {"key": key}}],
            }
        },
    )
