"""The firewall of the public load balancers: managed rules, a rate limit, a log."""

from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.document import document

MANAGED: Final = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesSQLiRuleSet": (),
    # A load balancer shows WAF the first 8 KB of a body; a chart or a dashboard that is uploaded is larger.
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY",),
}
"""AWS's rule sets in the order of evaluation, each with the rules that only count."""


class Firewall(pulumi.ComponentResource):
    """The web ACL, which the load balancer controller attaches to what it makes."""

    arn: pulumi.Output[str]

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Make the ACL and its log."""
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
            visibility_config=_seen(account.name),
            opts=self._child,
        )
        self._log(acl, key)
        self.arn = acl.arn
        self.register_outputs({})

    def _log(self, acl: aws.wafv2.WebAcl, key: pulumi.Output[str]) -> None:
        """Keep what was blocked or counted, without anybody's credentials."""
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
            "firewall", policy_name=name, policy_document=_delivery(account, name), opts=self._child
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


def _delivery(account: Account, group: str) -> str:
    return document(
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


def _seen(metric: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}


def rate_limit(limit: int) -> aws.wafv2.WebAclRuleArgsDict:
    """Block an address that asks too often, before the dearer rules look at it."""
    return {
        "name": "rate-limit",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": limit, "aggregate_key_type": "IP"}},
        "visibility_config": _visible("rate-limit"),
    }


def managed(priority: int, name: str, counted: tuple[str, ...]) -> aws.wafv2.WebAclRuleArgsDict:
    """One of AWS's rule sets as it is, but for the rules that only count."""
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
        "visibility_config": _visible(name),
    }


def _visible(metric: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgsDict:
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": True}
