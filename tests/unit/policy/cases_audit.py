"""Plans for the rules about alarms, budgets, trails and the actions that policies name."""

import json
from typing import Final

from oneup.plan import Json, Resource

from .plans import Case, made

TOPIC = made("aws:sns/topic:Topic", "alarms")
GATEWAY = made("aws:ec2/natGateway:NatGateway", "nat")
GROUP = made("aws:eks/nodeGroup:NodeGroup", "workers")
DENY: Json = {
    "Effect": "Deny",
    "Action": "sns:Publish",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def document(clause: Json) -> str:
    return json.dumps({"Statement": [clause]})


EVENTS: Final[dict[str, Json]] = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sns:Publish",
    "Resource": "arn",
}


def topic_policy(clause: Json) -> Resource:
    return made(
        "aws:sns/topicPolicy:TopicPolicy", "alarms", {"policy": document(clause)}, through={"arn": TOPIC}
    )


def alarm(key: str, of: Resource, actions: Json = "topic") -> Resource:
    return made(
        "aws:cloudwatch/metricAlarm:MetricAlarm", of.name, {"alarmActions": actions}, through={key: of}
    )


def flow_log(traffic: str) -> Resource:
    return made("aws:ec2/flowLog:FlowLog", "flow-logs", {"trafficType": traffic})


def computed(
    expression: str = "100 * errors / requests", *, periods: int = 3, period: int = 300, threshold: float = 5
) -> Resource:
    """An alarm on what is computed of a metric."""
    inputs: dict[str, Json] = {
        "evaluationPeriods": periods,
        "threshold": threshold,
        "metricQueries": [
            {"id": "errors", "metric": {"period": period}},
            {"id": "r", "expression": expression},
        ],
    }
    return made("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", inputs)


def trail(*, validated: bool = True, everywhere: bool = True) -> Resource:
    inputs: dict[str, Json] = {"enableLogFileValidation": validated, "isMultiRegionTrail": everywhere}
    return made("aws:cloudtrail/trail:Trail", "trail", inputs)


def budget(*notices: Json) -> Resource:
    return made("aws:budgets/budget:Budget", "monthly", {"notifications": notices})


def owned(how: str) -> Resource:
    kind = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    return made(kind, "logs", {"rule": {"objectOwnership": how}})


def role(**tags: Json) -> Resource:
    return made("aws:iam/role:Role", "writer", {"tags": tags})


def allowed(bearer: Resource, action: str) -> Resource:
    clause: Json = {"Sid": "Write", "Effect": "Allow", "Action": action, "Resource": "arn"}
    return made(
        "aws:iam/rolePolicy:RolePolicy", "writer", {"policy": document(clause)}, through={"role": bearer}
    )


def feature(of: Resource, name: str = "EKS_AUDIT_LOGS", status: str = "ENABLED") -> Resource:
    inputs: dict[str, Json] = {"name": name, "status": status}
    return made("aws:guardduty/detectorFeature:DetectorFeature", name, inputs, through={"detectorId": of})


DETECTOR = made("aws:guardduty/detector:Detector", "guard", {"enable": True})
ASLEEP = made("aws:guardduty/detector:Detector", "guard", {"enable": False})
EVERYTHING: Json = {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "root"}, "Action": "kms:*"}


def key(**tags: Json) -> Resource:
    return made("aws:kms/key:Key", "encryption", {"policy": document(EVERYTHING), "tags": tags})


PRODUCTION = made("pulumi:providers:aws", "aws", {"defaultTags": '{"tags":{"environment":"production"}}'})
HEARD: Json = {"threshold": 80, "subscriberSnsTopicArns": ["topic"]}
TRUST: Json = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AsumeRole"}
REASONED = made("aws:iam/role:Role", "writer", {"tags": {"wildcard/Write": "many of them"}})

CASES = (
    Case(
        rule="flow-logs-all-traffic", good=(flow_log("ALL"),), bad=(flow_log("REJECT"),), says="trafficType"
    ),
    Case(
        rule="alarms-in-time",
        good=(computed(periods=12, period=300),),
        bad=(computed(periods=13, period=300),),
        says="it fires 65 minutes after the fault",
    ),
    Case(
        rule="alarms-in-time",
        good=(computed(periods=1, period=60, threshold=10),),
        bad=(computed(periods=1, period=60, threshold=10.5),),
        says="it lets 10.5 % fail before it fires",
    ),
    Case(
        rule="alarms-in-time",
        good=(computed("errors", threshold=50),),
        bad=(computed(threshold=0),),
        says="above 0",
    ),
    Case(
        rule="sns-events-without-condition",
        good=(TOPIC, topic_policy(EVENTS)),
        bad=(TOPIC, topic_policy({**EVENTS, "Condition": {"ArnLike": {"aws:SourceArn": "arn:rule"}}})),
        says="remove the statement's Condition",
    ),
    Case(
        rule="sns-topics-require-tls",
        good=(TOPIC, topic_policy(DENY)),
        bad=(TOPIC,),
        says="it accepts unencrypted messages",
    ),
    Case(
        rule="alarms-have-actions",
        good=(alarm("dimensions", GATEWAY),),
        bad=(alarm("dimensions", GATEWAY, []),),
        says="it notifies no one",
    ),
    Case(
        rule="nat-gateway-alarms",
        good=(GATEWAY, alarm("dimensions", GATEWAY)),
        bad=(GATEWAY, alarm("alarmActions", GATEWAY)),
        says="its failure raises no alarm",
    ),
    Case(
        rule="nat-gateway-alarms",
        good=(GROUP, alarm("metricQueries", GROUP)),
        bad=(GROUP,),
        says="its metrics",
    ),
    Case(
        rule="cloudtrail-multi-region-and-validated",
        good=(trail(),),
        bad=(trail(validated=False),),
        says="enableLogFileValidation",
    ),
    Case(
        rule="cloudtrail-multi-region-and-validated",
        good=(trail(),),
        bad=(trail(everywhere=False),),
        says="other regions",
    ),
    Case(rule="budgets-notify", good=(budget(HEARD),), bad=(budget({"threshold": 80}),), says="subscribers"),
    Case(
        rule="production-has-budget",
        good=(PRODUCTION, budget(HEARD)),
        bad=(PRODUCTION,),
        says="alarms.budget",
    ),
    Case(
        rule="s3-bucket-owner-enforced",
        good=(owned("BucketOwnerEnforced"),),
        bad=(owned("ObjectWriter"),),
        says="own it",
    ),
    Case(
        rule="iam-actions-exist",
        good=(allowed(role(), "S3:getobject"), allowed(role(), "s3:Put*")),
        bad=(allowed(role(), "s3:GetObjekt"),),
        says="s3:GetObjekt",
    ),
    Case(
        rule="iam-actions-exist",
        good=(allowed(role(), "sqs:SendMessage"),),
        bad=(allowed(role(), "sqs:Authorize*"),),
        says="sqs:Authorize*",
    ),
    Case(
        rule="iam-actions-exist",
        good=(role(),),
        bad=(made("aws:iam/role:Role", "node", {"assumeRolePolicy": document(TRUST)}),),
        says="sts:AsumeRole",
    ),
    Case(
        rule="guardduty-features",
        good=(DETECTOR, feature(DETECTOR)),
        bad=(DETECTOR, feature(DETECTOR, status="DISABLED"), feature(DETECTOR, "RUNTIME_MONITORING")),
        says="EKS_AUDIT_LOGS",
    ),
    Case(rule="guardduty-features", good=(), bad=(ASLEEP, feature(ASLEEP)), says="it is disabled"),
    Case(
        rule="iam-action-wildcards-explained",
        good=(key(**{"wildcard/Root": "the account rules by IAM"}),),
        bad=(key(),),
        says="kms:*",
    ),
    Case(
        rule="iam-action-wildcards-explained",
        good=(REASONED, allowed(REASONED, "s3:Put*")),
        bad=(role(), allowed(role(), "s3:Put*")),
        says="wildcard/Write",
    ),
)
