"""When deliveries arrive, and who is told: windows that say something, and the forge of the repository."""

from collections.abc import Iterator

from oneup.settings.errors import PLACEHOLDER, Problem
from oneup.settings.formats.repository import place
from oneup.settings.model import Settings


def windows_for_nobody(settings: Settings) -> Iterator[Problem]:
    """A window without a group holds for nothing."""
    for number, window in enumerate(settings.gitops.sync_windows):
        if not window.groups:
            text = "names no group, so the window holds for nothing; name one of infra, platform and business"
            yield Problem(f"gitops.syncWindows[{number}].groups", text)


def another_forge(settings: Settings) -> Iterator[Problem]:
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
