"""Where Argo CD, or Flux, finds what it delivers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from oneup.settings.addons.argo_cd import Cluster
from oneup.settings.base import Section
from oneup.settings.errors import PLACEHOLDER, Problem, path, repeated
from oneup.settings.formats.form import Form
from oneup.settings.formats.kubernetes import LocalCron, ObjectName
from oneup.settings.formats.web import RepositoryPath, RepositoryUrl, Revision, place

if TYPE_CHECKING:
    from oneup.settings.model import Settings

Group = Literal["infra", "platform", "business"]
Hours = Annotated[str, Form("a time such as 62h or 90m", r"[1-9][0-9]*[hm]")]
TimeZone = Annotated[str, Form("a time zone such as Europe/Berlin", r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*")]


class SyncWindow(Section):
    """A time at which Argo CD delivers, or does not."""

    kind: Literal["allow", "deny"]
    """``deny``: nothing is delivered then. ``allow``: nothing is delivered at any other time."""

    schedule: LocalCron
    """When it begins, in the window's own time zone."""

    duration: Hours
    """How long it is, such as ``62h``."""

    time_zone: TimeZone = "Etc/UTC"
    """Time zone of the schedule."""

    groups: tuple[Group, ...] = ("business",)
    """The groups of applications that it holds for."""

    manual_sync: bool = True
    """Whether somebody may deliver by hand meanwhile, as for a fix that cannot wait."""


class Gitops(Section):
    """The repository of ``apps/``: this one or another."""

    repository: RepositoryUrl
    """URL of the Git repository, by https or ssh, without credentials in it."""

    revision: Revision = "main"
    """Branch, tag or commit that this stack follows; with Flux a tag in full, such as ``refs/tags/v1``."""

    path: RepositoryPath
    """Folder that the root Application points at, such as ``apps/staging``; Flux begins in its ``flux``."""

    credentials_secret: ObjectName | None = None
    """Name of the Secret in Argo CD's or Flux' namespace that holds the repository's credentials."""

    sync_windows: tuple[SyncWindow, ...] = ()
    """Times at which changes arrive or wait. What waits is not healed, either."""


def repository_credentials(settings: "Settings") -> Iterator[Problem]:
    """A repository over SSH is never anonymous."""
    repository = settings.gitops.repository
    if repository.startswith("https://") or repository == PLACEHOLDER:
        return
    if settings.gitops.credentials_secret is None:
        text = (
            f"{repository} is reached over SSH, with a key; name the key's Secret in gitops.credentialsSecret"
        )
        yield Problem("gitops.repository", text)


def idle_sync_windows(settings: "Settings") -> Iterator[Problem]:
    """A window without a group holds for nothing."""
    for number, window in enumerate(settings.gitops.sync_windows):
        if not window.groups:
            text = "names no group, so the window holds for nothing; name one of infra, platform and business"
            yield Problem(f"gitops.syncWindows[{number}].groups", text)


def status_of_another_git_host(settings: "Settings") -> Iterator[Problem]:
    """The status of a commit can be set only where the commit is."""
    knobs = settings.addons.argo_cd.notifications
    where, key = place(settings.gitops.repository), "addons.argoCd.notifications"
    if settings.gitops.repository == PLACEHOLDER:
        return
    if knobs.github and not where.at_github:
        text = f"sets statuses at github.com, and gitops.repository is at {where.host}; "
        yield Problem(f"{key}.github", text + "take it out, or name gitlab if that is a GitLab")
    if knobs.gitlab and where.at_github:
        text = f"sets statuses at a GitLab, and gitops.repository is at {where.host}; name github instead"
        yield Problem(f"{key}.gitlab", text)


def flux_sync_windows(settings: "Settings") -> Iterator[Problem]:
    """Sync windows are Argo CD's own."""
    if settings.addons.flux.enabled and settings.gitops.sync_windows:
        text = "belongs to Argo CD, and Flux delivers here (addons.flux.enabled: true); remove one of the two"
        yield Problem("gitops.syncWindows", text)


_HUB_KEY = ("addons", "argoCd", "clusters")


def hub_clusters(settings: "Settings") -> Iterator[Problem]:
    """Each has a name, an address and a folder of its own, and one way to sign in."""
    argo = settings.addons.argo_cd
    for index, cluster in enumerate(argo.clusters):
        here = (*_HUB_KEY, index)
        yield from _hub_sign_in(settings, cluster, path(here))
        if cluster.name == "in-cluster":
            yield Problem(path((*here, "name")), "in-cluster is Argo CD's own cluster; choose another name")
        if not cluster.namespaces:
            yield Problem(path((*here, "namespaces")), "is empty, so nothing may go there; name one")
        inside = cluster.path == settings.gitops.path or cluster.path.startswith(f"{settings.gitops.path}/")
        if inside:
            text = f"{cluster.path} is delivered to this cluster already (gitops.path); choose another folder"
            yield Problem(path((*here, "path")), text)
    yield from repeated(_HUB_KEY, [each.name for each in argo.clusters])
    yield from repeated(_HUB_KEY, [each.server for each in argo.clusters])
    yield from repeated(
        _HUB_KEY, [each.credentials_secret or f"cluster-{each.name}" for each in argo.clusters]
    )
    if argo.clusters and not argo.enabled:
        yield Problem(path(_HUB_KEY), "are named, and Argo CD is off; turn it on, or remove them")


def _hub_sign_in(settings: "Settings", cluster: Cluster, here: str) -> Iterator[Problem]:
    if (cluster.role_arn is None) == (cluster.credentials_secret is None):
        yield Problem(here, "is entered by a role or by a Secret; give one of roleArn and credentialsSecret")
    elif cluster.role_arn and settings.foundation != "aws":
        text = "a role needs an AWS identity, which this foundation does not give; name a credentialsSecret"
        yield Problem(f"{here}.roleArn", text)
    elif cluster.role_arn and not cluster.eks_name:
        yield Problem(f"{here}.eksName", "is missing; give the name that EKS knows the cluster by")
