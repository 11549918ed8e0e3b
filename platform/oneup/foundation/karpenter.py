"""Karpenter's prerequisites on AWS: the node role, and the interruption queue."""

import json
from collections.abc import Mapping
from typing import Final

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.iam import policy_document, service_trust
from oneup.foundation.identity import attach_managed_policies
from oneup.foundation.nodes import POLICIES
from oneup.settings.names import bounded
from oneup.values import FoundationOutput

EVENTS: Final[Mapping[str, Mapping[str, list[str]]]] = {
    "scheduled-change": {"source": ["aws.health"], "detail-type": ["AWS Health Event"]},
    "spot-interruption": {"source": ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"]},
    "rebalance": {"source": ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"]},
    "state-change": {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]},
    "reservation-interruption": {
        "source": ["aws.ec2"],
        "detail-type": ["EC2 Capacity Reservation Instance Interruption Warning"],
    },
}
"""Interruption events, by the name of their rule."""

MESSAGE_SECONDS: Final = 300
"""Messages expire: an interruption warning comes two minutes ahead."""

RULE_NAME_LIMIT: Final = 64


class KarpenterPrerequisites(pulumi.ComponentResource):
    """Queue, rules and node role."""

    outputs: Mapping[FoundationOutput, pulumi.Output[str]]
    """Names of the queue and the role, available once both are usable."""

    def __init__(self, account: Account, admitted: tuple[pulumi.Resource, ...]) -> None:
        """Create them; the nodes' access entry depends on ``admitted``."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Karpenter", "karpenter-ground", None, options)
        self._account = account
        self._child = pulumi.ResourceOptions(parent=self)
        self.facts = {
            FoundationOutput.INTERRUPTION_QUEUE: self._queue(),
            FoundationOutput.NODE_ROLE: self._node_role(admitted),
        }
        self.register_outputs({})

    def _queue(self) -> pulumi.Output[str]:
        name = queue_name(self._account)
        queue = aws.sqs.Queue(
            "interruptions",
            name=name,
            message_retention_seconds=MESSAGE_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=self._child,
        )
        policy = aws.sqs.QueuePolicy(
            "interruptions",
            queue_url=queue.url,
            policy=queue_policy(self._account.aws.arn("sqs", name)),
            opts=self._child,
        )
        targets = [self._rule(event, queue) for event in EVENTS]
        return pulumi.Output.all(queue.name, policy.id, *(target.id for target in targets)).apply(
            lambda known: str(known[0])
        )

    def _rule(self, event: str, queue: aws.sqs.Queue) -> aws.cloudwatch.EventTarget:
        rule = aws.cloudwatch.EventRule(
            event,
            name=bounded(f"{self._account.name}-{event}", RULE_NAME_LIMIT),
            event_pattern=json.dumps(EVENTS[event], separators=(",", ":")),
            opts=self._child,
        )
        return aws.cloudwatch.EventTarget(event, rule=rule.name, arn=queue.arn, opts=self._child)

    def _node_role(self, admitted: tuple[pulumi.Resource, ...]) -> pulumi.Output[str]:
        """The role of Karpenter's nodes, with its access entry."""
        account = self._account
        role = aws.iam.Role(
            "karpenter-node",
            name=node_role_name(account),
            description=f"Karpenter's nodes of {account.name}",
            assume_role_policy=service_trust("ec2.amazonaws.com"),
            permissions_boundary=account.aws.permissions_boundary,
            opts=self._child,
        )
        policies = tuple(account.managed_policy(policy) for policy in POLICIES)
        rights = attach_managed_policies("karpenter-node", role, policies, self._child)
        entry = aws.eks.AccessEntry(
            "karpenter-node",
            cluster_name=account.name,
            principal_arn=role.arn,
            type="EC2_LINUX",
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(admitted)),
        )
        return pulumi.Output.all(role.name, entry.id, *(right.id for right in rights)).apply(
            lambda known: str(known[0])
        )


def queue_name(account: Account) -> str:
    """The queue's name, known beforehand."""
    return f"{account.name}-interruptions"


def node_role_name(account: Account) -> str:
    """The name of the nodes' role, known beforehand."""
    return account.role_name("karpenter-node")


def queue_policy(arn: str) -> str:
    """EventBridge may send to the queue, over TLS only."""
    return policy_document(
        {
            "Sid": "Events",
            "Effect": "Allow",
            "Principal": {"Service": ["events.amazonaws.com", "sqs.amazonaws.com"]},
            "Action": "sqs:SendMessage",
            "Resource": arn,
        },
        {
            "Sid": "DenyHTTP",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    )
