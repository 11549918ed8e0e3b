"""Alarms notify someone, and API calls are recorded."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, string_at, value_at
from oneup.plan.query import resources_of_type
from oneup.plan.resource_types.cluster import NODE_GROUPS
from oneup.plan.resource_types.engine import AWS_PROVIDER
from oneup.plan.resource_types.monitoring import (
    ALARM,
    BUDGET,
    DETECTOR,
    DETECTOR_FEATURE,
    TOPIC,
    TOPIC_POLICY,
    TRAIL,
)
from oneup.plan.resource_types.network import FLOW_LOG, NAT_GATEWAY
from oneup.plan.resource_types.storage import BUCKET_OWNERSHIP
from oneup.policy.identity import policy_statements
from oneup.policy.rule import PlanRule, ResourceRule, Severity

ALARM_SECONDS: Final = 3600
"""CloudWatch evaluates more only at periods of an hour, and nobody is told of an outage for that long."""

FAILING_PERCENT: Final = 10
"""More failing requests than this is an outage, of which an alarm is to warn."""


def _open_topics(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    closed = {
        topic.urn
        for policy in resources_of_type(graph, TOPIC_POLICY)
        if any(
            _refuses(clause) for clause in as_list(as_mapping(policy.inputs.get("policy")).get("Statement"))
        )
        for topic in graph.dependencies_of_input(policy, "arn")
    }
    for topic in resources_of_type(graph, TOPIC):
        if topic.urn not in closed:
            yield topic, "it accepts unencrypted messages; deny sns:Publish without aws:SecureTransport"


def _conditional_events(resource: Resource) -> Iterator[str]:
    if resource.type != TOPIC_POLICY:
        return
    for statement in policy_statements(resource.inputs.get("policy")):
        services = as_strings(value_at(statement, "Principal", "Service"))
        if (
            "events.amazonaws.com" in services
            and statement.get("Effect") == "Allow"
            and statement.get("Condition")
        ):
            yield "EventBridge does not deliver to a topic under a condition; remove the statement's Condition"


def _refuses(clause: Json) -> bool:
    found = as_mapping(clause)
    return found.get("Effect") == "Deny" and value_at(found, "Condition", "Bool", "aws:SecureTransport") in (
        "false",
        False,
    )


def _no_actions(resource: Resource) -> Iterator[str]:
    if resource.type == ALARM and not as_list(resource.inputs.get("alarmActions")):
        yield "it notifies no one; set alarmActions to a topic"


def _late_alarms(resource: Resource) -> Iterator[str]:
    if resource.type != ALARM:
        return
    periods = resource.inputs.get("evaluationPeriods")
    queries = as_list(resource.inputs.get("metricQueries"))
    lengths = [value_at(query, "metric", "period") or value_at(query, "period") for query in queries]
    seconds = [
        length for length in (*lengths, resource.inputs.get("period")) if isinstance(length, int | float)
    ]
    if isinstance(periods, int | float) and seconds and periods * max(seconds) > ALARM_SECONDS:
        yield (
            f"it fires {periods * max(seconds) / 60:.0f} minutes after the fault;"
            f" let evaluationPeriods and period come to {ALARM_SECONDS // 60} minutes or less"
        )
    share = any(str(value_at(query, "expression")).startswith("100 * ") for query in queries)
    threshold = resource.inputs.get("threshold")
    if share and isinstance(threshold, int | float) and not 0 < threshold <= FAILING_PERCENT:
        yield (
            f"it lets {threshold} % fail before it fires; set threshold to {FAILING_PERCENT} or less, above 0"
        )


def _partial_flow_logs(resource: Resource) -> Iterator[str]:
    if resource.type == FLOW_LOG and resource.inputs.get("trafficType") != "ALL":
        yield "it leaves out a part of the traffic, which an investigation needs; set trafficType to ALL"


def _without_alarm(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    watched = {
        needed.urn
        for alarm in resources_of_type(graph, ALARM)
        for key in ("dimensions", "metricQueries")
        for needed in graph.dependencies_of_input(alarm, key)
    }
    for resource in resources_of_type(graph, NAT_GATEWAY, *NODE_GROUPS):
        if resource.urn not in watched:
            yield resource, "its failure raises no alarm; create an alarm on its metrics"


def _weak_trail(resource: Resource) -> Iterator[str]:
    if resource.type != TRAIL:
        return
    if not is_true(resource.inputs.get("enableLogFileValidation")):
        yield "its log files are not validated; set enableLogFileValidation"
    if not is_true(resource.inputs.get("isMultiRegionTrail")):
        yield "it does not record other regions; set isMultiRegionTrail"


def _guardduty_features(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    reading = {
        detector.urn
        for feature in resources_of_type(graph, DETECTOR_FEATURE)
        if string_at(feature, "name") == "EKS_AUDIT_LOGS" and string_at(feature, "status") == "ENABLED"
        for detector in graph.dependencies_of_input(feature, "detectorId")
    }
    for detector in resources_of_type(graph, DETECTOR):
        if not is_true(detector.inputs.get("enable")):
            yield detector, "it is disabled; set enable"
        elif detector.urn not in reading:
            yield detector, "it does not analyse the cluster's audit log; enable the feature EKS_AUDIT_LOGS"


def _silent_budget(resource: Resource) -> Iterator[str]:
    if resource.type != BUDGET:
        return
    heard = [
        notice
        for notice in as_list(resource.inputs.get("notifications"))
        if as_strings(value_at(notice, "subscriberSnsTopicArns"))
        or as_strings(value_at(notice, "subscriberEmailAddresses"))
    ]
    if not heard:
        yield "it notifies no one when it is exceeded; give it notifications with subscribers"


def _no_budget(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    if resources_of_type(graph, BUDGET):
        return
    for provider in resources_of_type(graph, AWS_PROVIDER)[:1]:
        defaults = as_mapping(provider.inputs.get("defaultTags"))
        if value_at(defaults, "tags", "environment") == "production":
            yield provider, "the production account has no budget; set alarms.budget"


def _bucket_ownership(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for control in resources_of_type(graph, BUCKET_OWNERSHIP):
        if value_at(control.inputs, "rule", "objectOwnership") != "BucketOwnerEnforced":
            yield control, "whoever writes an object may own it; set objectOwnership to BucketOwnerEnforced"


RULES: Final = (
    PlanRule(id="sns-topics-require-tls", description="Every SNS topic requires TLS.", check=_open_topics),
    ResourceRule(
        id="sns-events-without-condition",
        description="A topic lets EventBridge publish without a condition, as its guide asks.",
        check=_conditional_events,
    ),
    ResourceRule(
        id="alarms-have-actions",
        controls=("AWS Security Hub CloudWatch.15",),
        description="Every alarm has an action.",
        check=_no_actions,
    ),
    ResourceRule(
        id="alarms-in-time",
        description="An alarm fires within an hour, and before a tenth of the requests fails.",
        check=_late_alarms,
    ),
    ResourceRule(
        id="flow-logs-all-traffic",
        controls=("AWS FSBP EC2.6",),
        description="Flow logs record all traffic, accepted and rejected.",
        check=_partial_flow_logs,
    ),
    PlanRule(
        id="nat-gateway-alarms",
        description="Every NAT gateway and every node group has an alarm.",
        check=_without_alarm,
    ),
    ResourceRule(
        id="cloudtrail-multi-region-and-validated",
        controls=(
            "AWS FSBP CloudTrail.1",
            "AWS FSBP CloudTrail.4",
        ),
        description="A CloudTrail trail covers every region and validates its log files.",
        check=_weak_trail,
    ),
    PlanRule(
        id="guardduty-features",
        controls=(
            "AWS FSBP GuardDuty.1",
            "AWS FSBP GuardDuty.5",
        ),
        description="A GuardDuty detector analyses the cluster's audit log.",
        check=_guardduty_features,
    ),
    ResourceRule(
        id="budgets-notify",
        description="Every budget notifies someone when it is exceeded.",
        check=_silent_budget,
    ),
    PlanRule(
        id="production-has-budget",
        description="A production account has a budget.",
        severity=Severity.ADVISORY,
        check=_no_budget,
    ),
    PlanRule(
        id="s3-bucket-owner-enforced",
        controls=("AWS FSBP S3.12",),
        description="The bucket owner owns every object in the bucket.",
        check=_bucket_ownership,
    ),
)
