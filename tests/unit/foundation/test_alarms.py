"""The topic, the alarms and the budget."""

import json
import re
from typing import cast

import pytest

from oneup.plan import SECRET, JsonMap, Plan, Resource
from tests.unit.foundation.conftest import OTHERWISE, Planner
from tests.unit.foundation.graph import all_of, direct, find, label

ACCOUNT = "444455556666"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:oneup-production-alarms"


def clauses(resource: Resource) -> dict[str, JsonMap]:
    statements = json.loads(str(resource.inputs["policy"]))["Statement"]
    return {str(item["Sid"]): item for item in statements}


def queries(alarm: Resource) -> list[JsonMap]:
    return cast("list[JsonMap]", alarm.inputs["metricQueries"])


def figures(alarm: Resource) -> list[JsonMap]:
    """The metrics that an alarm looks at."""
    return [cast("JsonMap", query["metric"]) for query in queries(alarm) if "metric" in query]


def watched(plan: Plan, kind: str) -> dict[str, set[str]]:
    """The names of the metrics that look at each resource of a kind."""
    found: dict[str, set[str]] = {}
    for alarm in all_of(plan, "MetricAlarm"):
        for metric in figures(alarm):
            for needed in direct(plan, alarm):
                if needed.startswith(f"{kind} "):
                    found.setdefault(needed, set()).add(str(metric["metricName"]))
    return found


def test_the_topic_is_encrypted_by_the_stacks_key(plan: Planner) -> None:
    topic = find(plan(), "Topic", "alarms")
    assert topic.inputs["kmsMasterKeyId"] == find(plan(), "Key", "encryption").outputs["arn"]
    assert topic.outputs["arn"] == TOPIC


def test_alarms_budgets_and_events_of_this_stack_publish_and_nobody_in_the_clear(plan: Planner) -> None:
    found = clauses(find(plan(), "TopicPolicy", "alarms"))
    tls = found.pop("OverTlsOnly")
    assert (tls["Effect"], tls["Principal"]) == ("Deny", "*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {str(cast("JsonMap", one["Principal"])["Service"]) for one in found.values()} == {
        "cloudwatch.amazonaws.com",
        "budgets.amazonaws.com",
        "events.amazonaws.com",
    }
    assert "Condition" not in found["Events"]
    for sid, one in found.items():
        assert (one["Action"], one["Resource"]) == ("sns:Publish", TOPIC)
        if sid == "Events":
            continue
        source = cast("JsonMap", cast("JsonMap", one["Condition"])["ArnLike"])["aws:SourceArn"]
        assert ACCOUNT in str(source)


def test_whoever_publishes_may_encrypt_for_the_topic_and_for_nothing_else(plan: Planner) -> None:
    clause = clauses(find(plan(), "Key", "encryption"))["AlarmsEncryptForOurTopic"]
    assert set(cast("list[str]", cast("JsonMap", clause["Principal"])["Service"])) == {
        "cloudwatch.amazonaws.com",
        "budgets.amazonaws.com",
        "events.amazonaws.com",
    }
    assert clause["Condition"] == {"StringEquals": {"kms:EncryptionContext:aws:sns:topicArn": TOPIC}}


def test_everybody_named_is_subscribed_once_the_policy_is_there_and_a_key_stays_secret(plan: Planner) -> None:
    made = plan(OTHERWISE)
    found = {one.name: one for one in all_of(made, "TopicSubscription")}
    assert {name: one.inputs["protocol"] for name, one in found.items()} == {
        "a@example.com": "email",
        "b@example.com": "email",
        "pager-duty": "https",
    }
    assert found["pager-duty"].inputs["endpoint"] == SECRET
    assert all("TopicPolicy alarms" in direct(made, one) for one in found.values())


def test_every_alarm_rings_at_the_topic_and_says_when_all_is_well(plan: Planner) -> None:
    for alarm in all_of(plan(), "MetricAlarm"):
        assert (alarm.inputs["alarmActions"], alarm.inputs["okActions"]) == ([TOPIC], [TOPIC])
        assert "TopicPolicy alarms" in direct(plan(), alarm)
        assert str(alarm.inputs["alarmDescription"]).endswith(".")


def test_every_alarm_looks_at_one_series(plan: Planner) -> None:
    for alarm in all_of(plan(), "MetricAlarm"):
        assert len([query for query in queries(alarm) if query.get("returnData")]) == 1, alarm.name
        names = {str(query["id"]) for query in queries(alarm)}
        assert len(names) == len(queries(alarm))
        assert "SEARCH" not in json.dumps(alarm.inputs)


def test_the_control_plane_is_watched_by_what_eks_sends(plan: Planner) -> None:
    found = {
        str(metric["metricName"])
        for alarm in all_of(plan(), "MetricAlarm")
        for metric in figures(alarm)
        if metric["namespace"] == "AWS/EKS" and metric["dimensions"] == {"ClusterName": "oneup-production"}
    }
    assert found == {
        "apiserver_request_total",
        "apiserver_request_total_429",
        "apiserver_request_total_5XX",
        "apiserver_storage_size_bytes",
        "scheduler_pending_pods_UNSCHEDULABLE",
    }


def test_only_a_silent_api_is_an_alarm_by_silence(plan: Planner) -> None:
    silent = {
        one.name for one in all_of(plan(), "MetricAlarm") if one.inputs["treatMissingData"] == "breaching"
    }
    assert silent == {"api-silent"}


@pytest.mark.parametrize(("nat", "count"), [("none", 0), ("single", 1), ("per-zone", 3)])
def test_every_nat_gateway_is_watched(plan: Planner, nat: str, count: int) -> None:
    endpoints = ["ecr.api", "ecr.dkr", "ec2", "sts", "elasticloadbalancing"]
    made = plan({"network.nat": nat, "network.interfaceEndpoints": endpoints}, stack="staging")
    found = watched(made, "NatGateway")
    assert set(found) == {label(one) for one in all_of(made, "NatGateway")}
    assert len(found) == count
    for names in found.values():
        assert {"ErrorPortAllocation", "PacketsDropCount"} <= names


def test_every_node_group_is_watched_spot_or_not(plan: Planner) -> None:
    found = watched(plan(), "NodeGroup")
    assert set(found) == {"NodeGroup workers", "NodeGroup spot"}
    for names in found.values():
        assert {"StatusCheckFailed", "CPUUtilization", "GroupInServiceInstances"} <= names


def test_load_balancers_are_watched_before_they_are_known(plan: Planner) -> None:
    asked = [
        str(query["expression"])
        for alarm in all_of(plan(), "MetricAlarm")
        for query in queries(alarm)
        if str(query.get("expression")).startswith("SELECT ") and query["period"] == 300
    ]
    for metric, namespace in (
        ("SUM(HTTPCode_ELB_5XX_Count)", "AWS/ApplicationELB"),
        ("SUM(HTTPCode_Target_5XX_Count)", "AWS/ApplicationELB"),
        ("MAX(UnHealthyHostCount)", "AWS/ApplicationELB"),
        ("MAX(UnHealthyHostCount)", "AWS/NetworkELB"),
    ):
        assert any(metric in query and f'SCHEMA("{namespace}"' in query for query in asked)


def test_thresholds_are_the_settings(plan: Planner) -> None:
    made = plan(OTHERWISE)
    assert find(made, "MetricAlarm", "nodes-busy-spot").inputs["threshold"] == 70
    assert find(made, "MetricAlarm", "balancers-errors").inputs["threshold"] == 7


def test_the_budget_speaks_at_each_share_to_the_topic_and_to_everybody(plan: Planner) -> None:
    made = find(plan(OTHERWISE), "Budget", "monthly").inputs
    assert (made["limitAmount"], made["limitUnit"], made["timeUnit"]) == ("250", "USD", "MONTHLY")
    notices = cast("list[JsonMap]", made["notifications"])
    assert [(one["notificationType"], one["threshold"]) for one in notices] == [
        ("ACTUAL", 50),
        ("ACTUAL", 100),
        ("FORECASTED", 120),
    ]
    for one in notices:
        assert one["subscriberSnsTopicArns"] == [TOPIC]
        assert one["subscriberEmailAddresses"] == ["a@example.com", "b@example.com"]


def test_without_a_budget_there_is_none(plan: Planner) -> None:
    assert not all_of(plan({"alarms": {}}), "Budget")


def test_a_first_preview_knows_no_scaling_group_and_succeeds(plan: Planner) -> None:
    assert len(all_of(plan(preview=True), "MetricAlarm")) == len(all_of(plan(), "MetricAlarm"))


SPAN = re.compile(r"for (\d+) minutes")
SHARE = re.compile(r"[Mm]ore than ([\d.]+) %")
SIZE = re.compile(r"(\d+) of (\d+) GiB")
FACTS = {
    # AWS's page on the metrics of a NAT gateway: above 0.01 percent of the traffic, look at AWS's own state.
    "nat-drops": 0.01,
    # Anything above none is a fault.
    "nat-ports": 0,
    "nodes-broken": 0,
    "nodes-missing": 0,
    "pods-waiting": 0,
    # EKS sends a sum each minute: an API server that lives serves its own components.
    "api-silent": 1,
}


def seconds(alarm: Resource) -> float:
    """How long what an alarm is for lasts before it fires."""
    periods = [metric["period"] for metric in figures(alarm)] or [query["period"] for query in queries(alarm)]
    return float(str(alarm.inputs["evaluationPeriods"])) * max(float(str(period)) for period in periods)


@pytest.mark.parametrize("stack", ["production", "staging"])
def test_the_figures_of_a_description_are_those_of_the_alarm(plan: Planner, stack: str) -> None:
    said = 0
    for alarm in all_of(plan(stack=stack), "MetricAlarm"):
        text, threshold = str(alarm.inputs["alarmDescription"]), float(str(alarm.inputs["threshold"]))
        for minutes in SPAN.findall(text):
            said += 1
            assert seconds(alarm) == 60 * int(minutes), alarm.name
        for share in SHARE.findall(text):
            said += 1
            assert threshold == float(share), alarm.name
        for used, whole in SIZE.findall(text):
            said += 1
            assert threshold == int(used) * 1024**3 < int(whole) * 1024**3, alarm.name
    assert said


def test_a_threshold_is_what_aws_advises(plan: Planner) -> None:
    found = {
        name: {
            float(str(one.inputs["threshold"])) for one in all_of(plan(), "MetricAlarm") if name in one.name
        }
        for name in FACTS
    }
    assert found == {name: {float(threshold)} for name, threshold in FACTS.items()}


def test_only_what_lasts_a_quarter_of_an_hour_is_an_alarm(plan: Planner) -> None:
    for alarm in all_of(plan(), "MetricAlarm"):
        assert 5 * 60 <= seconds(alarm) <= 30 * 60, alarm.name
