"""The platform's hosted zone, and a certificate for every host in it."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.settings.domain import Domain
from oneup.values import Fact


class Dns(pulumi.ComponentResource):
    """The zones of the domain, given or made, and its certificate."""

    facts: Mapping[Fact, pulumi.Output[str]]
    """The zones' ids and the proven certificate's ARN, as far as there are any."""

    def __init__(self, account: Account, domain: Domain, vpc: pulumi.Output[str]) -> None:
        """Make what the settings ask for."""
        super().__init__(
            "oneup:platform:Dns", "dns", None, pulumi.ResourceOptions(providers={"aws": account.provider})
        )
        self._account = account
        self._child = pulumi.ResourceOptions(parent=self)
        facts: dict[Fact, pulumi.Output[str]] = {}
        zones = {
            zone.name: pulumi.Output.from_input(zone.hosted_zone) for zone in domain.zones if not zone.private
        }
        reached: list[pulumi.Resource] = []
        if domain.make_zone:
            zone = self._zone(domain.name)
            zones[domain.name] = zone.zone_id
            reached = self._delegate(domain, zone)
        if domain.name in zones:
            facts[Fact.ZONE_IDS] = zones[domain.name]
            if domain.certificate:
                facts[Fact.CERTIFICATE_ARN] = self._certificate(domain.name, zones, reached)
        if domain.private_zone:
            facts[Fact.PRIVATE_ZONE_ID] = self._private_zone(domain.private_zone, vpc)
        self.facts = facts
        self.register_outputs({})

    def _zone(self, name: str) -> aws.route53.Zone:
        """A public zone; records that are left in it go with it, unless the stack is protected."""
        protect = self._account.protect
        return aws.route53.Zone(
            name,
            name=name,
            comment=f"Hosts of {self._account.name}",
            force_destroy=not protect,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )

    def _private_zone(self, name: str, vpc: pulumi.Output[str]) -> pulumi.Output[str]:
        """The id of a zone that the VPC alone sees; whoever joins it to another VPC is not undone."""
        protect = self._account.protect
        zone = aws.route53.Zone(
            name,
            name=name,
            comment=f"Hosts of {self._account.name}, inside its VPC",
            vpcs=[{"vpc_id": vpc}],
            force_destroy=not protect,
            opts=pulumi.ResourceOptions(parent=self, protect=protect, ignore_changes=["vpcs"]),
        )
        return zone.zone_id

    def _delegate(self, domain: Domain, zone: aws.route53.Zone) -> list[pulumi.Resource]:
        """Point to the zone from the zone above it."""
        if domain.parent_zone is None:
            return []
        pointer = aws.route53.Record(
            "delegation",
            zone_id=domain.parent_zone,
            name=domain.name,
            type="NS",
            ttl=300,
            records=zone.name_servers,
            opts=self._child,
        )
        return [pointer]

    def _certificate(
        self, name: str, zones: Mapping[str, pulumi.Output[str]], reached: list[pulumi.Resource]
    ) -> pulumi.Output[str]:
        """A certificate for each zone's name and the hosts below it; its ARN, once all are proven."""
        names = [name, *(other for other in zones if other != name)]
        certificate = aws.acm.Certificate(
            "platform",
            domain_name=name,
            subject_alternative_names=[f"*.{name}", *(each for n in names[1:] for each in (n, f"*.{n}"))],
            validation_method="DNS",
            opts=self._child,
        )
        proofs = [self._proof(certificate, each, zones[each]) for each in names]
        validation = aws.acm.CertificateValidation(
            "platform",
            certificate_arn=certificate.arn,
            validation_record_fqdns=[proof.fqdn for proof in proofs],
            opts=pulumi.ResourceOptions(parent=self, depends_on=reached),
        )
        return validation.certificate_arn

    def _proof(
        self, certificate: aws.acm.Certificate, name: str, zone: pulumi.Output[str]
    ) -> aws.route53.Record:
        """The record that proves a name, and with it the hosts below; one account has one for each name."""
        options = certificate.domain_validation_options
        return aws.route53.Record(
            f"proof-{name}",
            zone_id=zone,
            name=options.apply(lambda found: _own(found, name).resource_record_name or ""),
            type=options.apply(lambda found: _own(found, name).resource_record_type or ""),
            records=[options.apply(lambda found: _own(found, name).resource_record_value or "")],
            ttl=300,
            allow_overwrite=True,
            opts=self._child,
        )


def _own(
    options: Sequence[aws.acm.outputs.CertificateDomainValidationOption], name: str
) -> aws.acm.outputs.CertificateDomainValidationOption:
    """What proves one name; ACM lists the names in no order."""
    return next(option for option in options if option.domain_name == name)
