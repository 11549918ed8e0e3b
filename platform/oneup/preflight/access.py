"""Whether the caller has access to the cluster that the stack creates."""

from collections.abc import Iterator

from oneup.preflight.command import Command
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings
from oneup.settings.names import ROLE_NAME_LIMIT, bounded, cluster_name


def check_access(command: Command, settings: AwsSettings, caller: str) -> Iterator[Finding]:
    """The cluster's creator has no implicit access: without an access entry a deployment fails half-way.

    A preview needs no administrator.
    """
    admins = [*settings.cluster.access.admins, *_workflows(settings)]
    if settings.aws.role_arn is not None or any(_is_same_principal(caller, admin) for admin in admins):
        return
    yield Finding(
        f"{caller} is not an administrator of the cluster, so objects in the cluster could not be created",
        "set aws.roleArn to the deployment role, or add your role to cluster.access.admins",
        blocking=command is not Command.PREVIEW,
    )


def _workflows(settings: AwsSettings) -> Iterator[str]:
    """The workflows' deployment role, which has an access entry."""
    if settings.delivery:
        name = bounded(f"{cluster_name(settings.stack)}-delivery-deploy", ROLE_NAME_LIMIT)
        yield f"arn:aws:iam::{settings.aws.account}:role/{name}"


def _is_same_principal(caller: str, admin: str) -> bool:
    """Whether a caller's STS ARN belongs to a principal; a session ARN does not contain the role's path."""
    _, _, service, _, account, resource = caller.split(":", 5)
    if service != "sts" or not resource.startswith("assumed-role/"):
        return caller == admin
    role = resource.split("/")[1]
    return admin.split(":")[4:5] == [account] and ":role/" in admin and admin.rsplit("/", 1)[-1] == role
