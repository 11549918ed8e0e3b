"""The platform's domain name."""

from oneup.settings.base import Section
from oneup.settings.formats.aws import HostedZoneId
from oneup.settings.formats.web import DomainName


class Zone(Section):
    """A Route 53 hosted zone that exists."""

    name: DomainName
    """The zone's domain."""

    hosted_zone: HostedZoneId
    """Its id."""


class Domain(Section):
    """Where the platform's hosts live, such as ``argocd.<name>``."""

    name: DomainName
    """The domain below which each host gets its name."""

    hosted_zone: HostedZoneId | None = None
    """Id of the existing Route 53 zone of this name."""

    further_zones: tuple[Zone, ...] = ()
    """More zones in which applications have their hosts: external-dns and cert-manager may write there."""

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every hosted zone that the platform may write to; the platform's own first."""
        if self.hosted_zone is None:
            return self.further_zones
        return (Zone.model_validate({"name": self.name, "hostedZone": self.hosted_zone}), *self.further_zones)
