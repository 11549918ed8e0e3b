"""The SNS topic of all alarms: encrypted, TLS only, writable by this account's services only."""

from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document
from oneup.values import Value

NAME: Final = "alarms"


class Topic(pulumi.ComponentResource):
    """The topic and its subscriptions."""

    arn: pulumi.Output[str]
    """Available once the topic policy exists."""

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Create the topic, encrypted with the key, and the subscriptions of the settings."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:AlarmTopic", NAME, None, options)
        self._child = pulumi.ResourceOptions(parent=self)
        name = topic_arn(account).rpartition(":")[2]
        topic = aws.sns.Topic(NAME, name=name, kms_master_key_id=key, opts=self._child)
        policy = aws.sns.TopicPolicy(NAME, arn=topic.arn, policy=topic_policy(account), opts=self._child)
        self.arn = policy.arn
        self._subscribe(account)
        self.register_outputs({})

    def _subscribe(self, account: Account) -> None:
        alarms = account.settings.alarms
        for address in alarms.emails:
            aws.sns.TopicSubscription(
                address, topic=self.arn, protocol="email", endpoint=address, opts=self._child
            )
        if alarms.pager_duty:
            aws.sns.TopicSubscription(
                "pager-duty",
                topic=self.arn,
                protocol="https",
                # It contains the integration's key.
                endpoint=pulumi.Output.secret(alarms.pager_duty),
                endpoint_auto_confirms=True,
                opts=self._child,
            )


def topic_arn(account: Account) -> str:
    """The topic's ARN, known beforehand."""
    return account.settings.alarm_topic_arn


def topic_policy(account: Account) -> str:
    """Alarms, budgets and events of this account may publish, over TLS only."""
    place = account.aws
    sources = {
        "Alarms": ("cloudwatch", place.arn("cloudwatch", f"alarm:{account.name}-*")),
        "Budgets": ("budgets", place.global_arn("budgets", "*")),
    }
    own = topic_arn(account)
    return policy_document(
        *(_publishing(own, sid, service, arn) for sid, (service, arn) in sources.items()),
        # EventBridge cannot publish where the statement has a condition (its guide, resource-based policies).
        _allowed(own, "Events", "events"),
        {
            "Sid": "OverTlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": own,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )


def _publishing(topic: str, sid: str, service: str, source: str) -> Mapping[str, Value]:
    return {**_allowed(topic, sid, service), "Condition": {"ArnLike": {"aws:SourceArn": source}}}


def _allowed(topic: str, sid: str, service: str) -> Mapping[str, Value]:
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": topic,
    }
