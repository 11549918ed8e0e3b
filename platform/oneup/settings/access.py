"""Who may do what in the cluster, and how pods get their AWS roles."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from oneup.settings.addons.enabled import enabled_addons
from oneup.settings.cluster import AddonVersions
from oneup.settings.errors import PLACEHOLDER, Problem, path

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings


def _principals(settings: "AwsSettings") -> Iterator[tuple[str, str]]:
    """Each principal with the key where it is named."""
    access = settings.cluster.access
    levels = {
        "admins": access.admins,
        "developers": access.developers,
        "viewers": access.viewers,
        "monitoringReaders": access.monitoring_readers,
    }
    for level, arns in levels.items():
        for index, arn in enumerate(arns):
            yield path(("cluster", "access", level, index)), arn


def one_level_per_principal(settings: "AwsSettings") -> Iterator[Problem]:
    """EKS allows one access entry per principal."""
    named: dict[str, str] = {}
    for key, arn in _principals(settings):
        if arn in named and arn != PLACEHOLDER:
            text = f"{arn} is already listed at {named[arn]}; a principal has one level, so remove one of the two"
            yield Problem(key, text)
        named.setdefault(arn, key)


def deployment_role_is_admin(settings: "AwsSettings") -> Iterator[Problem]:
    """Creating the cluster grants no access; aws.roleArn and the admins have it."""
    if not settings.cluster.access.admins and settings.aws.role_arn is None:
        text = "is empty, so the deployment could not create anything in the cluster; add the role that you deploy with"
        yield Problem("cluster.access.admins", text)


def no_root_user(settings: "AwsSettings") -> Iterator[Problem]:
    """Someone other than the deployment role can repair the cluster."""
    if not settings.cluster.access.admins and settings.aws.role_arn is not None:
        text = "is empty, so only aws.roleArn can repair the cluster; add one of your roles"
        yield Problem("cluster.access.admins", text)


def principals_of_other_accounts(settings: "AwsSettings") -> Iterator[Problem]:
    """A principal of another account is usually a mistake."""
    for key, arn in _principals(settings):
        account = settings.aws.account
        if PLACEHOLDER not in (arn, account) and arn.split(":")[4] != account:
            yield Problem(key, f"{arn} belongs to another account than aws.account {account}")


POD_IDENTITY_SINCE: Final = {
    "vpc_cni": (1, 15, 5),
    "ebs_csi": (1, 26, 0),
    "cloudwatch_observability": (3, 1, 0),
}
"""The first version of each EKS addon that supports Pod Identity."""


def pod_identity_supported(settings: "AwsSettings") -> Iterator[Problem]:
    """An addon without Pod Identity support would use the node's role, or fail."""
    if settings.cluster.identity != "podIdentity":
        return
    for field, since in POD_IDENTITY_SINCE.items():
        given: str | None = getattr(settings.cluster.addon_versions, field)
        if given and tuple(int(part) for part in given[1:].partition("-")[0].split(".")) < since:
            first = ".".join(str(part) for part in since)
            key = path(("cluster", "addonVersions", AddonVersions.model_fields[field].alias or field))
            text = (
                f"{given} does not support Pod Identity (cluster.identity is podIdentity); "
                f"give v{first} or newer, or set cluster.identity: irsa"
            )
            yield Problem(key, text)


def mounted_secrets_identity(settings: "AwsSettings") -> Iterator[Problem]:
    """The Secrets Store driver needs a parameter for Pod Identity."""
    if settings.cluster.identity == "podIdentity" and "secrets_store_csi_driver" in enabled_addons(settings):
        text = (
            "podIdentity works for mounted secrets only if their SecretProviderClass sets"
            ' usePodIdentity: "true" (addons.secretsStoreCsiDriver)'
        )
        yield Problem("cluster.identity", text, text)


def pushed_keys_identity(settings: "AwsSettings") -> Iterator[Problem]:
    """External Secrets can use another service account's role only with IRSA."""
    if settings.cluster.identity == "podIdentity" and "sealed_secrets_keys" in enabled_addons(settings):
        text = (
            "true needs IRSA, because a SecretStore refers to the role's service account (cluster.identity is"
            " podIdentity); set it to false, or cluster.identity: irsa"
        )
        yield Problem("addons.sealedSecretsKeys.enabled", text)
