"""Who may do what in the cluster."""

from collections.abc import Iterator

from oneup.settings.errors import PLACEHOLDER, Problem, path
from oneup.settings.model import AwsSettings


def _principals(settings: AwsSettings) -> Iterator[tuple[str, str]]:
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


def one_level_each(settings: AwsSettings) -> Iterator[Problem]:
    """EKS keeps one access entry for a principal."""
    named: dict[str, str] = {}
    for key, arn in _principals(settings):
        if arn in named and arn != PLACEHOLDER:
            text = (
                f"{arn} is named at {named[arn]} already; a principal has one level, so remove one of the two"
            )
            yield Problem(key, text)
        named.setdefault(arn, key)


def deployment(settings: AwsSettings) -> Iterator[Problem]:
    """Whoever makes the cluster gets no rights by that; aws.roleArn gets them, and the admins."""
    if not settings.cluster.access.admins and settings.aws.role_arn is None:
        text = "names nobody, so nobody could install anything; name the role that you deploy with"
        yield Problem("cluster.access.admins", text)


def people(settings: AwsSettings) -> Iterator[Problem]:
    """Somebody beside the deployment can repair the cluster."""
    if not settings.cluster.access.admins and settings.aws.role_arn is not None:
        text = "names nobody, so nobody but aws.roleArn can repair the cluster; name a role of yours"
        yield Problem("cluster.access.admins", text)


def other_accounts(settings: AwsSettings) -> Iterator[Problem]:
    """A principal of another account is more often a slip than meant."""
    for key, arn in _principals(settings):
        account = settings.aws.account
        if PLACEHOLDER not in (arn, account) and arn.split(":")[4] != account:
            yield Problem(key, f"{arn} is of another account than aws.account {account}")
