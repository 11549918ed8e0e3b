"""What stands between the internet and the platform: hosted zone, certificate, firewall."""

from collections.abc import Mapping, Sequence
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document
from oneup.settings.edge import Domain
from oneup.values import FoundationOutput


class Dns(pulumi.ComponentResource):
    """The domain's hosted zones, existing or created, and its certificate."""

    outputs: Mapping[FoundationOutput, pulumi.Output[str]]
    """The zones' ids and the validated certificate's ARN, if any."""

    def __init__(self, account: Account, domain: Domain, vpc: pulumi.Output[str]) -> None:
        """Create what the settings enable."""
        super().__init__(
            "oneup:platform:Dns", "dns", None, pulumi.ResourceOptions(providers={"aws": account.provider})
        )
        self._account = account
        self._child = pulumi.ResourceOptions(parent=self)
        facts: dict[FoundationOutput, pulumi.Output[str]] = {}
        zones = {
            zone.name: pulumi.Output.from_input(zone.hosted_zone) for zone in domain.zones if not zone.private
        }
        reached: list[pulumi.Resource] = []
        if domain.make_zone:
            zone = self._zone(domain.name)
            zones[domain.name] = zone.zone_id
            reached = self._delegate(domain, zone)
        if domain.name in zones:
            facts[FoundationOutput.ZONE_IDS] = zones[domain.name]
            if domain.certificate:
                facts[FoundationOutput.CERTIFICATE_ARN] = self._certificate(domain.name, zones, reached)
        if domain.private_zone:
            facts[FoundationOutput.PRIVATE_ZONE_ID] = self._private_zone(domain.private_zone, vpc)
        self.facts = facts
        self.register_outputs({})

    def _zone(self, name: str) -> aws.route53.Zone:
        """A public zone; a destroy deletes it with its records, unless it is protected."""
        protect = self._account.protect
        return aws.route53.Zone(
            name,
            name=name,
            comment=f"Hosts of {self._account.name}",
            force_destroy=not protect,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )

    def _private_zone(self, name: str, vpc: pulumi.Output[str]) -> pulumi.Output[str]:
        """The id of a private zone of the VPC; associations with other VPCs are ignored."""
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
        """Delegate the zone from its parent zone."""
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
        """One certificate for each zone's name and wildcard; returns its ARN after validation."""
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
        """The validation record of a name and its wildcard; an account has one per name."""
        options = certificate.domain_validation_options
        return aws.route53.Record(
            f"proof-{name}",
            zone_id=zone,
            name=options.apply(lambda found: _validation_option(found, name).resource_record_name or ""),
            type=options.apply(lambda found: _validation_option(found, name).resource_record_type or ""),
            records=[
                options.apply(lambda found: _validation_option(found, name).resource_record_value or "")
            ],
            ttl=300,
            allow_overwrite=True,
            opts=self._child,
        )


def _validation_option(
    options: Sequence[aws.acm.outputs.CertificateDomainValidationOption], name: str
) -> aws.acm.outputs.CertificateDomainValidationOption:
    """The validation option of a name; ACM returns them unordered."""
    return next(option for option in options if option.domain_name == name)


MANAGED: Final = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": (),
    # WAF inspects the first 8 KB of a body at a load balancer; uploaded charts and dashboards are larger.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}
"""AWS managed rule groups in order of evaluation, each with the rules that only count."""


class WebAcl(pulumi.ComponentResource):
    """The web ACL, which the load balancer controller associates with load balancers."""

    arn: pulumi.Output[str]

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Create the web ACL and its logging."""
        super().__init__(
            "oneup:platform:Firewall",
            "firewall",
            None,
            pulumi.ResourceOptions(providers={"aws": account.provider}),
        )
        self._account = account
        self._child = pulumi.ResourceOptions(parent=self)
        acl = aws.wafv2.WebAcl(
            "firewall",
            name=account.name,
            description=f"Public load balancers of {account.name}",
            scope="REGIONAL",
            default_action={"allow": {}},
            rules=[
                rate_limit(account.settings.edge.request_limit),
                *(managed(place, name, counted) for place, (name, counted) in enumerate(MANAGED.items(), 1)),
            ],
            visibility_config=_acl_visibility(account.name),
            opts=self._child,
        )
        self._log(acl, key)
        self.arn = acl.arn
        self.register_outputs({})

    def _log(self, acl: aws.wafv2.WebAcl, key: pulumi.Output[str]) -> None:
        """Log blocked and counted requests, with credentials redacted."""
        account = self._account
        name = f"aws-waf-logs-{account.name}"
        group = aws.cloudwatch.LogGroup(
            "firewall",
            name=name,
            retention_in_days=account.settings.edge.firewall_log_days,
            kms_key_id=key,
            opts=self._child,
        )
        writing = aws.cloudwatch.LogResourcePolicy(
            "firewall", policy_name=name, policy_document=_log_policy(account, name), opts=self._child
        )
        aws.wafv2.WebAclLoggingConfiguration(
            "firewall",
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [
                            {"action_condition": {"action": "BLOCK"}},
                            {"action_condition": {"action": "COUNT"}},
                        ],
                    }
                ],
            },
            redacted_fields=[
                {"single_header": {"name": "authorization"}},
                {"single_header": {"name": "cookie"}},
            ],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[writing]),
        )


def _log_policy(account: Account, group: str) -> str:
    return policy_document(
        {
            "Sid": "FirewallWrites",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": account.aws.arn("logs", f"log-group:{group}:*"),
            "Condition": {
                "StringEquals": {"aws:SourceAccount": account.aws.account},
                "ArnLike": {"aws:SourceArn": account.aws.arn("logs", "*")},
            },
        }
    )


def _acl_visibility(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}


def rate_limit(limit: int) -> aws.wafv2.WebAclRuleArgsDict:
    """Block addresses above the rate limit before other rules run."""
    return {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": limit, "aggregate_key_type": "IP"}},
        "visibility_config": _rule_visibility("rate-limit"),
    }


def managed(priority: int, name: str, counted: tuple[str, ...]) -> aws.wafv2.WebAclRuleArgsDict:
    """A managed rule group, with some rules set to count."""
    return {
        "name": name,
        "priority": priority,
        "override_action": {"none": {}},
        "statement": {
            "managed_rule_group_statement": {
                "name": name,
                "vendor_name": "AWS",
                "rule_action_overrides": [{"name": rule, "action_to_use": {"count": {}}} for rule in counted],
            }
        },
        "visibility_config": _rule_visibility(name),
    }


def _rule_visibility(metric: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}
