"""CloudTrail and GuardDuty."""

import json
from typing import cast

from oneup.plan import JsonMap, Plan
from oneup.settings.model import AwsSettings
from tests.support.stacks import settings
from tests.unit.foundation.conftest import Changes, Planner
from tests.unit.foundation.graph import all_of, direct, earlier, find

ON = {"audit": {"guardDuty": True, "trail": True, "trailDays": 400}}
OFF: Changes = {"audit": {"guardDuty": False}}
TRAIL = "arn:aws:cloudtrail:eu-central-1:444455556666:trail/oneup-production"


def clauses(plan: Plan, kind: str, name: str) -> dict[str, JsonMap]:
    statements = json.loads(str(find(plan, kind, name).inputs["policy"]))["Statement"]
    return {str(item["Sid"]): item for item in statements}


def test_the_trail_is_of_every_region_validated_and_encrypted(plan: Planner) -> None:
    made = plan(ON)
    trail = find(made, "Trail", "trail").inputs
    assert trail["isMultiRegionTrail"] is True
    assert trail["includeGlobalServiceEvents"] is True
    assert trail["enableLogFileValidation"] is True
    assert trail["kmsKeyId"] == find(made, "Key", "encryption").outputs["arn"]


def test_it_writes_to_a_bucket_of_its_own_once_it_may(plan: Planner) -> None:
    made = plan(ON)
    bucket = find(made, "Bucket", "trail")
    trail = find(made, "Trail", "trail")
    assert trail.inputs["s3BucketName"] == bucket.inputs["bucket"]
    assert "BucketPolicy trail" in direct(made, trail)
    found = clauses(made, "BucketPolicy", "trail")
    arn = str(bucket.outputs["arn"])
    assert (found["TrailChecks"]["Action"], found["TrailChecks"]["Resource"]) == ("s3:GetBucketAcl", arn)
    assert found["TrailWrites"]["Resource"] == f"{arn}/AWSLogs/444455556666/*"
    for sid in ("TrailChecks", "TrailWrites"):
        condition = cast("JsonMap", cast("JsonMap", found[sid]["Condition"])["StringEquals"])
        assert condition["aws:SourceArn"] == TRAIL
    assert found["OverTlsOnly"]["Effect"] == "Deny"


def test_the_trail_is_kept_as_long_as_the_settings_say(plan: Planner) -> None:
    rules = cast("list[JsonMap]", find(plan(ON), "BucketLifecycleConfiguration", "trail").inputs["rules"])
    assert [rule["expiration"] for rule in rules] == [{"days": 400}]


def test_cloudtrail_may_use_the_key_for_this_trail_where_there_is_one(plan: Planner) -> None:
    clause = clauses(plan(ON), "Key", "encryption")["CloudTrailEncryptsOurTrail"]
    assert clause["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert "CloudTrailEncryptsOurTrail" not in clauses(plan(OFF), "Key", "encryption")


def test_guardduty_reads_the_audit_log_and_looks_into_the_nodes(plan: Planner) -> None:
    made = plan(ON)
    detector = find(made, "Detector", "guard")
    features = {str(one.inputs["name"]): one for one in all_of(made, "DetectorFeature")}
    assert set(features) == {"EKS_AUDIT_LOGS", "RUNTIME_MONITORING"}
    for feature in features.values():
        assert (feature.inputs["status"], feature.inputs["detectorId"]) == ("ENABLED", detector.id)


def test_agent_and_endpoint_are_the_stacks_own_so_that_they_go_with_it(plan: Planner) -> None:
    made = plan(ON)
    own: JsonMap = {"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"}
    assert find(made, "DetectorFeature", "runtime").inputs["additionalConfigurations"] == [own]
    endpoint = find(made, "VpcEndpoint", "guardduty-data").inputs
    assert (endpoint["vpcEndpointType"], endpoint["privateDnsEnabled"]) == ("Interface", True)
    agent = find(made, "Addon", "aws-guardduty-agent")
    assert {"NodeGroup workers", "DetectorFeature runtime"} <= direct(made, agent)
    assert "VpcEndpoint guardduty-data" in earlier(made, agent)


def test_findings_go_to_the_topic_which_takes_them(plan: Planner) -> None:
    made = plan(ON)
    rule = find(made, "EventRule", "guard").inputs
    assert json.loads(str(rule["eventPattern"]))["source"] == ["aws.guardduty"]
    assert find(made, "EventTarget", "guard").inputs["arn"] == find(made, "Topic", "alarms").outputs["arn"]
    assert "Condition" not in clauses(made, "TopicPolicy", "alarms")["Events"]


def test_both_are_switches(plan: Planner) -> None:
    off = plan(OFF)
    for kind in ("Trail", "Detector", "DetectorFeature"):
        assert not all_of(off, kind)
    names = {one.name for one in (*all_of(off, "Addon"), *all_of(off, "VpcEndpoint"), *all_of(off, "Bucket"))}
    assert not names & {"aws-guardduty-agent", "guardduty-data", "trail"}


def test_an_endpoint_that_is_named_too_is_made_once() -> None:
    stack = settings(
        "staging", network={"interfaceEndpoints": ["guardduty-data", "sts"]}, audit={"guardDuty": True}
    )
    assert isinstance(stack, AwsSettings)
    assert stack.interface_endpoints == ("guardduty-data", "sts")


def test_a_detector_that_is_there_is_used_and_not_touched(plan: Planner) -> None:
    made = plan({"audit": {"guardDuty": True, "detector": "12abc34d567e8fa901bc2d34e56789f0"}})
    assert not all_of(made, "Detector")
    assert not all_of(made, "DetectorFeature")
    assert find(made, "EventRule", "guard")
    assert "VpcEndpoint guardduty-data" in earlier(made, find(made, "Addon", "aws-guardduty-agent"))
