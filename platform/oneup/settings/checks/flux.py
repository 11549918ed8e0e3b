"""What Flux does not have."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import Settings


def windows(settings: Settings) -> Iterator[Problem]:
    """Sync windows are Argo CD's own."""
    if settings.addons.flux.enabled and settings.gitops.sync_windows:
        text = "belongs to Argo CD, and Flux delivers here (addons.flux.enabled: true); remove one of the two"
        yield Problem("gitops.syncWindows", text)
