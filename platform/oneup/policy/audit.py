"""Alarms notify someone, and API calls are recorded."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, Resource
from oneup.plan.graph import Graph
from oneup.plan.inputs import at, is_true, items, mapping, text, texts
from oneup.plan.query import AWS_PROVIDER, NODE_GROUPS, of
from oneup.policy.rule import PlanRule, ResourceRule, Severity

TOPIC: Final = "aws:sns/topic:Topic"
TOPIC_POLICY: Final = "aws:sns/topicPolicy:TopicPolicy"
ALARM: Final = "aws:cloudwatch/metricAlarm:MetricAlarm"
GATEWAY: Final = "aws:ec2/natGateway:NatGateway"
TRAIL: Final = "aws:cloudtrail/trail:Trail"
BUDGET: Final = "aws:budgets/budget:Budget"
DETECTOR: Final = "aws:guardduty/detector:Detector"
FEATURE: Final = "aws:guardduty/detectorFeature:DetectorFeature"
OWNERSHIP: Final = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"


def _open_topics(graph: Graph) -> Iterator[tuple[Resource, str]]:
    closed = {
        topic.urn
        for policy in of(graph, TOPIC_POLICY)
        if any(_refuses(clause) for clause in items(mapping(policy.inputs.get("policy")).get("Statement")))
        for topic in graph.through(policy, "arn")
    }
    for topic in of(graph, TOPIC):
        if topic.urn not in closed:
            yield topic, "it accepts unencrypted messages; deny sns:Publish without aws:SecureTransport"


def _refuses(clause: Json) -> bool:
    found = mapping(clause)
    return found.get("Effect") == "Deny" and at(found, "Condition", "Bool", "aws:SecureTransport") in (
        "false",
        False,
    )


def _mute(resource: Resource) -> Iterator[str]:
    if resource.type == ALARM and not items(resource.inputs.get("alarmActions")):
        yield "it notifies no one; set alarmActions to a topic"


def _unwatched(graph: Graph) -> Iterator[tuple[Resource, str]]:
    watched = {
        needed.urn
        for alarm in of(graph, ALARM)
        for key in ("dimensions", "metricQueries")
        for needed in graph.through(alarm, key)
    }
    for resource in of(graph, GATEWAY, *NODE_GROUPS):
        if resource.urn not in watched:
            yield resource, "its failure raises no alarm; create an alarm on its metrics"


def _weak_trail(resource: Resource) -> Iterator[str]:
    if resource.type != TRAIL:
        return
    if not is_true(resource.inputs.get("enableLogFileValidation")):
        yield "its log files are not validated; set enableLogFileValidation"
    if not is_true(resource.inputs.get("isMultiRegionTrail")):
        yield "it does not record other regions; set isMultiRegionTrail"


def _blind(graph: Graph) -> Iterator[tuple[Resource, str]]:
    reading = {
        detector.urn
        for feature in of(graph, FEATURE)
        if text(feature, "name") == "EKS_AUDIT_LOGS" and text(feature, "status") == "ENABLED"
        for detector in graph.through(feature, "detectorId")
    }
    for detector in of(graph, DETECTOR):
        if not is_true(detector.inputs.get("enable")):
            yield detector, "it is disabled; set enable"
        elif detector.urn not in reading:
            yield detector, "it does not analyse the cluster's audit log; enable the feature EKS_AUDIT_LOGS"


def _unannounced(resource: Resource) -> Iterator[str]:
    if resource.type != BUDGET:
        return
    heard = [
        notice
        for notice in items(resource.inputs.get("notifications"))
        if texts(at(notice, "subscriberSnsTopicArns")) or texts(at(notice, "subscriberEmailAddresses"))
    ]
    if not heard:
        yield "it notifies no one when it is exceeded; give it notifications with subscribers"


def _unlimited(graph: Graph) -> Iterator[tuple[Resource, str]]:
    if of(graph, BUDGET):
        return
    for provider in of(graph, AWS_PROVIDER)[:1]:
        defaults = mapping(provider.inputs.get("defaultTags"))
        if at(defaults, "tags", "environment") == "production":
            yield provider, "the production account has no budget; set alarms.budget"


def _shared_objects(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for control in of(graph, OWNERSHIP):
        if at(control.inputs, "rule", "objectOwnership") != "BucketOwnerEnforced":
            yield control, "whoever writes an object may own it; set objectOwnership to BucketOwnerEnforced"


RULES: Final = (
    PlanRule(name="topics-tls", sentence="Every SNS topic requires TLS.", check=_open_topics),
    ResourceRule(name="alarms-heard", sentence="Every alarm has an action.", check=_mute),
    PlanRule(
        name="ways-watched",
        sentence="Every NAT gateway and every node group has an alarm.",
        check=_unwatched,
    ),
    ResourceRule(
        name="trails-sound",
        sentence="A CloudTrail trail covers every region and validates its log files.",
        check=_weak_trail,
    ),
    PlanRule(
        name="guard-looks",
        sentence="A GuardDuty detector analyses the cluster's audit log.",
        check=_blind,
    ),
    ResourceRule(
        name="budgets-heard",
        sentence="Every budget notifies someone when it is exceeded.",
        check=_unannounced,
    ),
    PlanRule(
        name="budget-there",
        sentence="A production account has a budget.",
        severity=Severity.ADVISORY,
        check=_unlimited,
    ),
    PlanRule(
        name="objects-owned",
        sentence="The bucket owner owns every object in the bucket.",
        check=_shared_objects,
    ),
)
