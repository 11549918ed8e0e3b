"""The GitOps repository and sync windows."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from oneup.settings.addons.argo_cd import RemoteCluster
from oneup.settings.base import Section
from oneup.settings.errors import PLACEHOLDER, Problem, duplicates, path
from oneup.settings.formats.form import Format
from oneup.settings.formats.kubernetes import LocalCron, ObjectName
from oneup.settings.formats.web import RepositoryPath, RepositoryUrl, Revision, parse_git_url

if TYPE_CHECKING:
    from oneup.settings.model import Settings

ApplicationGroup = Literal["infra", "platform", "business"]
Hours = Annotated[str, Format("a time such as 62h or 90m", r"[1-9][0-9]*[hm]")]
TimeZone = Annotated[str, Format("a time zone such as Europe/Berlin", r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*")]


class SyncWindow(Section):
    """An Argo CD sync window."""

    kind: Literal["allow", "deny"]
    """``deny``: no syncs during the window. ``allow``: no syncs outside it."""

    schedule: LocalCron
    """Start, in the window's time zone."""

    duration: Hours
    """Duration, such as ``62h``."""

    time_zone: TimeZone = "Etc/UTC"
    """Time zone of the schedule."""

    groups: tuple[ApplicationGroup, ...] = ("business",)
    """Application groups that it applies to."""

    manual_sync: bool = True
    """Whether manual syncs are allowed while syncs are blocked."""


class Gitops(Section):
    """The Git repository with ``apps/``."""

    repository: RepositoryUrl
    """URL of the Git repository (https or ssh), without credentials."""

    revision: Revision = "main"
    """Branch, tag or commit; with Flux a tag needs its full name, such as ``refs/tags/v1``."""

    path: RepositoryPath
    """Folder of the root Application, such as ``apps/staging``; Flux uses its subfolder ``flux``."""

    credentials_secret: ObjectName | None = None
    """Name of the Secret in Argo CD's or Flux's namespace with the repository's credentials."""

    sync_windows: tuple[SyncWindow, ...] = ()
    """Sync windows. While syncs are blocked, drift is not corrected either."""


def repository_credentials(settings: "Settings") -> Iterator[Problem]:
    """A repository over SSH is never anonymous."""
    repository = settings.gitops.repository
    if repository.startswith("https://") or repository == PLACEHOLDER:
        return
    if settings.gitops.credentials_secret is None:
        text = f"{repository} uses SSH, which needs a key; set gitops.credentialsSecret to the name of the key's Secret"
        yield Problem("gitops.repository", text)


def idle_sync_windows(settings: "Settings") -> Iterator[Problem]:
    """A sync window without groups has no effect."""
    for number, window in enumerate(settings.gitops.sync_windows):
        if not window.groups:
            text = "is empty, so the sync window has no effect; add infra, platform or business"
            yield Problem(f"gitops.syncWindows[{number}].groups", text)


def status_of_another_git_host(settings: "Settings") -> Iterator[Problem]:
    """A commit status can only be set at the repository's Git host."""
    knobs = settings.addons.argo_cd.notifications
    where, key = parse_git_url(settings.gitops.repository), "addons.argoCd.notifications"
    if settings.gitops.repository == PLACEHOLDER:
        return
    if knobs.github and not where.is_github:
        text = f"sets statuses at github.com, and gitops.repository is at {where.host}; "
        yield Problem(f"{key}.github", text + "remove it, or use gitlab if that is a GitLab")
    if knobs.gitlab and where.is_github:
        text = f"sets statuses at a GitLab, and gitops.repository is at {where.host}; use github instead"
        yield Problem(f"{key}.gitlab", text)


def flux_sync_windows(settings: "Settings") -> Iterator[Problem]:
    """Only Argo CD has sync windows."""
    if settings.addons.flux.enabled and settings.gitops.sync_windows:
        text = "is only supported by Argo CD, and Flux is enabled (addons.flux.enabled: true); remove one of the two"
        yield Problem("gitops.syncWindows", text)


_HUB_KEY = ("addons", "argoCd", "clusters")


def hub_clusters(settings: "Settings") -> Iterator[Problem]:
    """Each has its own name, server and folder, and one authentication method."""
    argo = settings.addons.argo_cd
    for index, cluster in enumerate(argo.clusters):
        here = (*_HUB_KEY, index)
        yield from _hub_sign_in(settings, cluster, path(here))
        if cluster.name == "in-cluster":
            yield Problem(path((*here, "name")), "in-cluster is Argo CD's own cluster; choose another name")
        if not cluster.namespaces:
            yield Problem(path((*here, "namespaces")), "is empty, so nothing can be deployed there; add one")
        inside = cluster.path == settings.gitops.path or cluster.path.startswith(f"{settings.gitops.path}/")
        if inside:
            text = f"{cluster.path} is already deployed to this cluster (gitops.path); choose another folder"
            yield Problem(path((*here, "path")), text)
    yield from duplicates(_HUB_KEY, [each.name for each in argo.clusters])
    yield from duplicates(_HUB_KEY, [each.server for each in argo.clusters])
    yield from duplicates(
        _HUB_KEY, [each.credentials_secret or f"cluster-{each.name}" for each in argo.clusters]
    )
    if argo.clusters and not argo.enabled:
        yield Problem(path(_HUB_KEY), "are set, but Argo CD is off; turn it on, or remove them")


def _hub_sign_in(settings: "Settings", cluster: RemoteCluster, here: str) -> Iterator[Problem]:
    if (cluster.role_arn is None) == (cluster.credentials_secret is None):
        yield Problem(here, "needs one authentication method; set either roleArn or credentialsSecret")
    elif cluster.role_arn and settings.foundation != "aws":
        text = "needs an AWS identity, which this foundation does not have; use credentialsSecret instead"
        yield Problem(f"{here}.roleArn", text)
    elif cluster.role_arn and not cluster.eks_name:
        yield Problem(f"{here}.eksName", "is missing; give the cluster's name in EKS")
