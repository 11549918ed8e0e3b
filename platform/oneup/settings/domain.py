"""The platform's domain name."""

from oneup.settings.base import Section
from oneup.settings.formats.aws import HostedZoneId
from oneup.settings.formats.web import DomainName


class Domain(Section):
    """Where the platform's hosts live, such as ``argocd.<name>``."""

    name: DomainName
    """The domain below which each host gets its name."""

    hosted_zone: HostedZoneId | None = None
    """Id of the existing Route 53 zone of this name."""
