"""How pods come by their AWS roles, and what takes part in it."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.addons.places import enabled_addons
from oneup.settings.cluster import AddonVersions
from oneup.settings.errors import Problem, path
from oneup.settings.model import AwsSettings

SINCE: Final = {"vpc_cni": (1, 15, 5), "ebs_csi": (1, 26, 0), "cloudwatch_observability": (3, 1, 0)}
"""The first version of each EKS addon that takes its role by Pod Identity."""


def too_old(settings: AwsSettings) -> Iterator[Problem]:
    """An addon that does not know Pod Identity acts as the node, or not at all."""
    if settings.cluster.identity != "podIdentity":
        return
    for field, since in SINCE.items():
        given: str | None = getattr(settings.cluster.addon_versions, field)
        if given and tuple(int(part) for part in given[1:].partition("-")[0].split(".")) < since:
            first = ".".join(str(part) for part in since)
            key = path(("cluster", "addonVersions", AddonVersions.model_fields[field].alias or field))
            text = (
                f"{given} does not know Pod Identity (cluster.identity is podIdentity); "
                f"give v{first} or newer, or set cluster.identity: irsa"
            )
            yield Problem(key, text)


def mounted_secrets(settings: AwsSettings) -> Iterator[Problem]:
    """The driver asks for a pod's credentials itself, and must be told which way."""
    if settings.cluster.identity == "podIdentity" and "secrets_store_csi_driver" in enabled_addons(settings):
        text = (
            "podIdentity reaches mounted secrets only where their SecretProviderClass says"
            ' usePodIdentity: "true" (addons.secretsStoreCsiDriver)'
        )
        yield Problem("cluster.identity", text, text)


def pushed_keys(settings: AwsSettings) -> Iterator[Problem]:
    """External Secrets acts as another service account only by the annotation that IRSA reads."""
    if settings.cluster.identity == "podIdentity" and "sealed_secrets_keys" in enabled_addons(settings):
        text = (
            "true needs a role by IRSA, which a store of External Secrets can name (cluster.identity is"
            " podIdentity); set it to false, or cluster.identity: irsa"
        )
        yield Problem("addons.sealedSecretsKeys.enabled", text)
