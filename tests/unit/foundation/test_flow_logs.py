"""Flow logs: where they go, who may write them, when they end."""

import json
from typing import cast

from oneup.plan import JsonMap, Plan
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, find

S3 = {"network.flowLogs": {"destination": "s3", "retentionDays": 90}}
CLOUDWATCH = {"network.flowLogs": {"destination": "cloudwatch", "retentionDays": 14}}


def policy(plan: Plan, kind: str, name: str) -> list[dict[str, object]]:
    return json.loads(str(find(plan, kind, name).inputs["policy"]))["Statement"]


def first(value: object) -> JsonMap:
    return cast("list[JsonMap]", value)[0]


def test_without_the_setting_there_are_none(plan: Planner) -> None:
    made = plan({"network.flowLogs": None})
    assert not all_of(made, "FlowLog")
    assert not [one for one in all_of(made, "Bucket") if one.name == "flow-logs"]


def test_cloudwatch_gets_all_traffic_in_an_encrypted_group_with_an_end(plan: Planner) -> None:
    made = plan(CLOUDWATCH)
    group = find(made, "LogGroup", "flow-logs")
    log = find(made, "FlowLog", "flow-logs")
    assert log.inputs["logDestination"] == group.outputs["arn"]
    assert log.inputs["trafficType"] == "ALL"
    assert group.inputs["kmsKeyId"] == find(made, "Key", "encryption").outputs["arn"]
    assert group.inputs["retentionInDays"] == 14
    assert "RolePolicy flow-logs" in direct(made, log)


def test_the_writer_for_cloudwatch_can_write_its_own_group_only(plan: Planner) -> None:
    made = plan(CLOUDWATCH)
    statements = policy(made, "RolePolicy", "flow-logs")
    group = find(made, "LogGroup", "flow-logs").inputs["name"]
    writing = [item for item in statements if "logs:PutLogEvents" in str(item["Action"])]
    assert [item["Resource"] for item in writing] == [
        f"arn:aws:logs:eu-central-1:444455556666:log-group:{group}:*"
    ]
    trust = json.loads(str(find(made, "Role", "flow-logs").inputs["assumeRolePolicy"]))["Statement"]
    assert [item["Principal"] for item in trust] == [{"Service": "vpc-flow-logs.amazonaws.com"}]
    assert trust[0]["Condition"]["StringEquals"] == {"aws:SourceAccount": "444455556666"}


def test_the_bucket_is_private_encrypted_and_has_an_end(plan: Planner) -> None:
    made = plan(S3)
    bucket = find(made, "Bucket", "flow-logs")
    block = find(made, "BucketPublicAccessBlock", "flow-logs").inputs
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[flag] is True for flag in flags)
    encryption = find(made, "BucketServerSideEncryptionConfiguration", "flow-logs").inputs
    assert "AES256" in json.dumps(encryption["rules"])
    rule = first(find(made, "BucketLifecycleConfiguration", "flow-logs").inputs["rules"])
    assert rule["expiration"] == {"days": 90}
    assert rule["status"] == "Enabled"
    assert find(made, "FlowLog", "flow-logs").inputs["logDestination"] == bucket.outputs["arn"]
    assert {"Bucket flow-logs", "BucketPolicy flow-logs"} <= direct(made, find(made, "FlowLog", "flow-logs"))


def test_the_bucket_takes_nothing_without_tls_and_logs_of_its_own_account_only(plan: Planner) -> None:
    statements = {str(item["Sid"]): item for item in policy(plan(S3), "BucketPolicy", "flow-logs")}
    arn = "arn:aws:s3:::oneup-production-flow-logs-444455556666-eu-central-1"
    denied = statements.pop("OverTlsOnly")
    assert (denied["Effect"], denied["Principal"], denied["Action"]) == ("Deny", "*", "s3:*")
    assert denied["Resource"] == [arn, f"{arn}/*"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    for item in statements.values():
        assert item["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
        assert "444455556666" in json.dumps(item["Condition"])
        assert str(item["Resource"]).startswith(arn)


def test_a_protected_stack_keeps_its_bucket_and_another_empties_it(plan: Planner) -> None:
    kept = find(plan(S3), "Bucket", "flow-logs")
    gone = find(plan({**S3, "cluster.deletionProtection": False}), "Bucket", "flow-logs")
    assert (kept.protect, kept.inputs["forceDestroy"]) == (True, False)
    assert (gone.protect, gone.inputs["forceDestroy"]) == (False, True)
