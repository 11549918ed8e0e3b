"""Logs, alarms, events, topics and queues, the audit trail, GuardDuty, budgets."""

from typing import Final

from oneup.plan.resource_types.resource_type import ResourceType, by_key
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource, named_resource

LOG_GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
LOG_RESOURCE_POLICY: Final = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
EVENT_RULE: Final = "aws:cloudwatch/eventRule:EventRule"
EVENT_TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
TOPIC_SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"
QUEUE: Final = "aws:sqs/queue:Queue"
QUEUE_POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
TRAIL: Final = "aws:cloudtrail/trail:Trail"
DETECTOR: Final = "aws:guardduty/detector:Detector"
DETECTOR_FEATURE: Final = "aws:guardduty/detectorFeature:DetectorFeature"
BUDGET: Final = "aws:budgets/budget:Budget"


def _queue(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    url = f"https://sqs.{made.region}.amazonaws.com/{made.account}/{own}"
    return {"id": url, "url": url, "name": own, "arn": made.arn("sqs", own)}


def _topic(made: SimulatedResource) -> Outputs:
    found = made.arn("sns", made.text("name", made.name))
    return {"id": found, "arn": found}


def _detector(made: SimulatedResource) -> Outputs:
    own = made.identifier("detector")[9:]
    return {"id": own, "arn": made.arn("guardduty", f"detector/{own}"), "accountId": made.account}


TYPES: Final = (
    ResourceType(
        LOG_GROUP,
        cloudformation="AWS::Logs::LogGroup",
        unneeded=(
            "firehose:*",
            "logs:*DataProtectionPolicy",
            "logs:*IndexPolicy",
            "logs:PutBearerTokenAuthentication",
        ),
        encryption=by_key("kmsKeyId"),
        simulate=named_resource("logs", "log-group:"),
        replaces=("name", "logGroupClass"),
    ),
    ResourceType(
        LOG_RESOURCE_POLICY,
        cloudformation="AWS::Logs::ResourcePolicy",
        taggable=False,
        replaces=("policyName",),
    ),
    ResourceType(ALARM, cloudformation="AWS::CloudWatch::Alarm", replaces=("name",)),
    ResourceType(
        EVENT_RULE,
        cloudformation="AWS::Events::Rule",
        unneeded=("iam:PassRole",),
        simulate=named_resource("events", "rule/"),
        replaces=("name",),
    ),
    ResourceType(
        EVENT_TARGET,
        actions=("events:ListTargetsByRule", "events:PutTargets", "events:RemoveTargets"),
        taggable=False,
        replaces=("rule", "targetId"),
    ),
    ResourceType(
        TOPIC,
        cloudformation="AWS::SNS::Topic",
        unneeded=("iam:PassRole", "sns:*DataProtectionPolicy"),
        encryption=by_key("kmsMasterKeyId"),
        simulate=_topic,
        replaces=("name",),
    ),
    ResourceType(
        TOPIC_POLICY,
        cloudformation="AWS::SNS::TopicInlinePolicy",
        taggable=False,
        has_resource_policy=True,
        replaces=("arn",),
    ),
    ResourceType(
        TOPIC_SUBSCRIPTION,
        cloudformation="AWS::SNS::Subscription",
        unneeded=("iam:PassRole",),
        taggable=False,
        replaces=("endpoint", "protocol", "topic"),
    ),
    ResourceType(
        QUEUE,
        cloudformation="AWS::SQS::Queue",
        encryption=by_key("kmsMasterKeyId", "sqsManagedSseEnabled"),
        simulate=_queue,
        replaces=("name", "fifoQueue"),
    ),
    ResourceType(
        QUEUE_POLICY,
        cloudformation="AWS::SQS::QueueInlinePolicy",
        taggable=False,
        has_resource_policy=True,
        replaces=("queueUrl",),
    ),
    ResourceType(
        TRAIL,
        cloudformation="AWS::CloudTrail::Trail",
        unneeded=("iam:*", "cloudtrail:PutEventConfiguration"),
        encryption=by_key("kmsKeyId"),
        replaces=("name",),
    ),
    ResourceType(
        DETECTOR,
        cloudformation="AWS::GuardDuty::Detector",
        service_linked_roles=("guardduty.amazonaws.com", "malware-protection.guardduty.amazonaws.com"),
        simulate=_detector,
    ),
    ResourceType(
        DETECTOR_FEATURE,
        actions=("guardduty:GetDetector", "guardduty:UpdateDetector"),
        taggable=False,
        replaces=("detectorId", "name"),
    ),
    ResourceType(
        BUDGET,
        actions=(
            "budgets:ListTagsForResource",
            "budgets:ModifyBudget",
            "budgets:TagResource",
            "budgets:UntagResource",
            "budgets:ViewBudget",
        ),
        replaces=("accountId", "name"),
    ),
)
