"""Where Argo CD finds what it delivers."""

from oneup.settings.base import Section


class Gitops(Section):
    """The repository of ``apps/``: this one or another."""

    repository: str
    """URL of the Git repository (https or ssh)."""

    revision: str = "main"
    """Branch, tag or commit that this stack follows."""

    path: str
    """Folder that the root Application points at, such as ``apps/staging``."""

    credentials_secret: str | None = None
    """Name of the Secret in Argo CD's namespace that holds the repository's credentials."""
