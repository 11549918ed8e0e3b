"""Whether what is delivered can be fetched."""

from collections.abc import Iterator

from oneup.settings.errors import PLACEHOLDER, Problem
from oneup.settings.model import Settings


def credentials(settings: Settings) -> Iterator[Problem]:
    """A repository over SSH is never anonymous."""
    repository = settings.gitops.repository
    if repository.startswith("https://") or repository == PLACEHOLDER:
        return
    if settings.gitops.credentials_secret is None:
        text = (
            f"{repository} is reached over SSH, with a key; name the key's Secret in gitops.credentialsSecret"
        )
        yield Problem("gitops.repository", text)
