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


def one_level_each(settings: "AwsSettings") -> Iterator[Problem]:
    """EKS keeps one access entry for a principal."""
    named: dict[str, str] = {}
    for key, arn in _principals(settings):
        if arn in named and arn != PLACEHOLDER:
            text = (
                f"{arn} is named at {named[arn]} already; a principal has one level, so remove one of the two"
            )
            yield Problem(key, text)
        named.setdefault(arn, key)


def deployment_role_is_admin(settings: "AwsSettings") -> Iterator[Problem]:
    """Whoever makes the cluster gets no rights by that; aws.roleArn gets them, and the admins."""
    if not settings.cluster.access.admins and settings.aws.role_arn is None:
        text = "names nobody, so nobody could install anything; name the role that you deploy with"
        yield Problem("cluster.access.admins", text)


def no_root_user(settings: "AwsSettings") -> Iterator[Problem]:
    """Somebody beside the deployment can repair the cluster."""
    if not settings.cluster.access.admins and settings.aws.role_arn is not None:
        text = "names nobody, so nobody but aws.roleArn can repair the cluster; name a role of yours"
        yield Problem("cluster.access.admins", text)


def principals_of_other_accounts(settings: "AwsSettings") -> Iterator[Problem]:
    """A principal of another account is more often a slip than meant."""
    for key, arn in _principals(settings):
        account = settings.aws.account
        if PLACEHOLDER not in (arn, account) and arn.split(":")[4] != account:
            yield Problem(key, f"{arn} is of another account than aws.account {account}")


POD_IDENTITY_SINCE: Final = {
    "vpc_cni": (1, 15, 5),
    "ebs_csi": (1, 26, 0),
    "cloudwatch_observability": (3, 1, 0),
}
"""The first version of each EKS addon that takes its role by Pod Identity."""


def pod_identity_supported(settings: "AwsSettings") -> Iterator[Problem]:
    """An addon that does not know Pod Identity acts as the node, or not at all."""
    if settings.cluster.identity != "podIdentity":
        return
    for field, since in POD_IDENTITY_SINCE.items():
        given: str | None = getattr(settings.cluster.addon_versions, field)
        if given and tuple(int(part) for part in given[1:].partition("-")[0].split(".")) < since:
            first = ".".join(str(part) for part in since)
            key = path(("cluster", "addonVersions", AddonVersions.model_fields[field].alias or field))
            text = (
                f"{given} does not know Pod Identity (cluster.identity is podIdentity); "
                f"give v{first} or newer, or set cluster.identity: irsa"
            )
            yield Problem(key, text)


def mounted_secrets_identity(settings: "AwsSettings") -> Iterator[Problem]:
    """The driver asks for a pod's credentials itself, and must be told which way."""
    if settings.cluster.identity == "podIdentity" and "secrets_store_csi_driver" in enabled_addons(settings):
        text = (
            "podIdentity reaches mounted secrets only where their SecretProviderClass says"
            ' usePodIdentity: "true" (addons.secretsStoreCsiDriver)'
        )
        yield Problem("cluster.identity", text, text)


def pushed_keys_identity(settings: "AwsSettings") -> Iterator[Problem]:
    """External Secrets acts as another service account only by the annotation that IRSA reads."""
    if settings.cluster.identity == "podIdentity" and "sealed_secrets_keys" in enabled_addons(settings):
        text = (
            "true needs a role by IRSA, which a store of External Secrets can name (cluster.identity is"
            " podIdentity); set it to false, or cluster.identity: irsa"
        )
        yield Problem("addons.sealedSecretsKeys.enabled", text)
