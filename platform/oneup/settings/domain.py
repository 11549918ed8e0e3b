"""The platform's domain name."""

from oneup.settings.base import Section


class Domain(Section):
    """Where the platform's hosts live, such as ``argocd.<name>``."""

    name: str
    hosted_zone: str | None = None
    """Id of the existing Route 53 zone of this name."""
