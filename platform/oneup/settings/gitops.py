"""Where Argo CD, or Flux, finds what it delivers."""

from typing import Annotated, Literal

from oneup.settings.base import Section
from oneup.settings.formats.form import Form
from oneup.settings.formats.kubernetes import LocalCron, ObjectName
from oneup.settings.formats.web import RepositoryPath, RepositoryUrl, Revision

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
