"""Whether whoever deploys can enter the cluster that the stack makes."""

from collections.abc import Iterator

from oneup.preflight.command import Command
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings
from oneup.settings.names import ROLE_NAME_LIMIT, bounded, cluster_name


def check_entry(command: Command, settings: AwsSettings, caller: str) -> Iterator[Finding]:
    """EKS gives its creator nothing: a deployer without an access entry is locked out half-way up.

    Who only previews need not be an administrator, and should not.
    """
    admins = [*settings.cluster.access.admins, *_workflows(settings)]
    if settings.aws.role_arn is not None or any(_same(caller, admin) for admin in admins):
        return
    yield Finding(
        f"{caller} is no administrator of the cluster, and its objects could not be made",
        "set aws.roleArn to the role that deploys, or name yours in cluster.access.admins",
        stops=command is not Command.PREVIEW,
    )


def _workflows(settings: AwsSettings) -> Iterator[str]:
    """The role by which the workflows deploy, which the stack lets in."""
    if settings.delivery:
        name = bounded(f"{cluster_name(settings.stack)}-delivery-deploy", ROLE_NAME_LIMIT)
        yield f"arn:aws:iam::{settings.aws.account}:role/{name}"


def _same(caller: str, admin: str) -> bool:
    """Whether STS' name of a caller is that of a principal; a session does not tell its role's path."""
    _, _, service, _, account, resource = caller.split(":", 5)
    if service != "sts" or not resource.startswith("assumed-role/"):
        return caller == admin
    role = resource.split("/")[1]
    return admin.split(":")[4:5] == [account] and ":role/" in admin and admin.rsplit("/", 1)[-1] == role
