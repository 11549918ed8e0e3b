"""Where Argo CD finds what it delivers."""

from oneup.settings.base import Section
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import RepositoryPath, RepositoryUrl, Revision


class Gitops(Section):
    """The repository of ``apps/``: this one or another."""

    repository: RepositoryUrl
    """URL of the Git repository, by https or ssh, without credentials in it."""

    revision: Revision = "main"
    """Branch, tag or commit that this stack follows."""

    path: RepositoryPath
    """Folder that the root Application points at, such as ``apps/staging``."""

    credentials_secret: ObjectName | None = None
    """Name of the Secret in Argo CD's namespace that holds the repository's credentials."""
