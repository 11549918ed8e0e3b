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

    private: bool = False
    """Whether only VPCs see it: its names get no certificate, since nobody outside could look for a proof."""


class Domain(Section):
    """Where the platform's hosts live, such as ``argocd.<name>``."""

    name: DomainName
    """The domain below which each host gets its name."""

    hosted_zone: HostedZoneId | None = None
    """Id of the existing Route 53 zone of this name."""

    further_zones: tuple[Zone, ...] = ()
    """More zones in which applications have their hosts: external-dns and cert-manager may write there."""

    make_zone: bool = False
    """Make a public Route 53 zone of this name, in place of a given one. AWS stacks only."""

    private_zone: DomainName | None = None
    """Domain of a private Route 53 zone that the stack makes, such as ``internal.example.com``: the VPC alone
    sees it, external-dns writes its hosts, and it has no certificate. AWS stacks only.
    """

    parent_zone: HostedZoneId | None = None
    """Id of the zone above one that is made: the stack writes there where the made one is found."""

    certificate: bool = True
    """Where there is a zone on AWS: a certificate for the domain and all hosts below it."""

    @property
    def certified(self) -> bool:
        """Whether the stack makes a certificate."""
        return self.certificate and (self.make_zone or self.hosted_zone is not None)

    @property
    def zones(self) -> tuple[Zone, ...]:
        """Every given zone that the platform may write to; the platform's own first."""
        if self.hosted_zone is None:
            return self.further_zones
        return (Zone.model_validate({"name": self.name, "hostedZone": self.hosted_zone}), *self.further_zones)
