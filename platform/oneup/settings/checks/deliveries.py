"""When deliveries arrive: windows that say something."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import Settings


def windows_for_nobody(settings: Settings) -> Iterator[Problem]:
    """A window without a group holds for nothing."""
    for number, window in enumerate(settings.gitops.sync_windows):
        if not window.groups:
            text = "names no group, so the window holds for nothing; name one of infra, platform and business"
            yield Problem(f"gitops.syncWindows[{number}].groups", text)
