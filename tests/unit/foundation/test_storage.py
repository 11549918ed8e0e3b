"""Buckets: private, encrypted by the stack's key, with an end, and copied where the settings say."""

import json
from typing import cast

from oneup.plan import Json, JsonMap, Plan
from oneup.settings.addons.enabled import bucket_purposes
from tests.support.stacks import settings
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, find

ALL = ["logs", "metrics", "traces", "backups"]
PLAIN = {
    "storage": {"buckets": ALL},
    "network.flowLogs": None,
    "audit.trail": False,
    "edge.accessLogs": False,
}
COPIED = {"storage": {"buckets": ALL, "copyRegion": "eu-west-1"}, "network.flowLogs": None}


def rule(plan: Plan, kind: str, name: str) -> JsonMap:
    return cast("list[JsonMap]", find(plan, kind, name).inputs["rules"])[0]


def allowed(plan: Plan, name: str) -> dict[str, JsonMap]:
    statements = json.loads(str(find(plan, "RolePolicy", name).inputs["policy"]))["Statement"]
    return {str(item["Sid"]): item for item in statements}


def test_names_are_known_beforehand_and_fit(plan: Planner) -> None:
    names = {bucket.name: str(bucket.inputs["bucket"]) for bucket in all_of(plan(PLAIN), "Bucket")}
    assert names["logs"] == "oneup-production-logs-444455556666-eu-central-1"
    assert set(names) == set(ALL)
    assert all(len(name) <= 63 for name in names.values())


def test_settings_tell_the_name_that_the_bucket_gets(plan: Planner) -> None:
    stack = settings("production")
    assert stack.foundation == "aws"
    assert stack.bucket("traces") == find(plan(PLAIN), "Bucket", "traces").inputs["bucket"]
    assert stack.bucket_arn("traces") == find(plan(PLAIN), "Bucket", "traces").outputs["arn"]


def test_each_is_closed_owned_and_encrypted_by_the_stacks_key(plan: Planner) -> None:
    made = plan(PLAIN)
    key = find(made, "Key", "encryption").outputs["arn"]
    for name in ALL:
        found = rule(made, "BucketServerSideEncryptionConfiguration", name)
        assert found["applyServerSideEncryptionByDefault"] == {
            "sseAlgorithm": "aws:kms",
            "kmsMasterKeyId": key,
        }
        assert found["bucketKeyEnabled"] is True
        assert set(find(made, "BucketPublicAccessBlock", name).inputs.values()) >= {True}
        ownership = find(made, "BucketOwnershipControls", name).inputs["rule"]
        assert ownership == {"objectOwnership": "BucketOwnerEnforced"}


def test_objects_end_and_only_those_that_live_long_are_tiered(plan: Planner) -> None:
    made = plan({**PLAIN, "storage.retention": {"logsDays": 400, "tracesDays": 7}})
    logs, traces = (rule(made, "BucketLifecycleConfiguration", name) for name in ("logs", "traces"))
    assert (logs["expiration"], traces["expiration"]) == ({"days": 400}, {"days": 7})
    assert logs["transitions"] == [{"days": 0, "storageClass": "INTELLIGENT_TIERING"}]
    assert "transitions" not in traces
    assert logs["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


def test_backups_are_versioned_and_old_versions_end_too(plan: Planner) -> None:
    made = plan(PLAIN)
    assert [one.name for one in all_of(made, "BucketVersioning")] == ["backups"]
    backups = rule(made, "BucketLifecycleConfiguration", "backups")
    assert backups["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    waits = direct(made, find(made, "BucketLifecycleConfiguration", "backups"))
    assert "BucketVersioning backups" in waits


def test_copies_lie_in_the_other_region_under_a_key_of_that_region(plan: Planner) -> None:
    made = plan(COPIED)
    copy = find(made, "Bucket", "backups-copy")
    assert copy.inputs["bucket"] == "oneup-production-backups-copy-444455556666-eu-west-1"
    far = find(made, "aws", "aws-eu-west-1")
    assert far.inputs["region"] == "eu-west-1"
    assert far.inputs["allowedAccountIds"] == '["444455556666"]'
    for kind, name in (("Bucket", "backups-copy"), ("Key", "copy"), ("BucketPolicy", "backups-copy")):
        assert find(made, kind, name).provider.startswith(far.urn)
    assert not find(made, "BucketReplicationConfig", "backups").provider.startswith(far.urn)


def test_replication_waits_for_versions_on_both_sides_and_for_its_rights(plan: Planner) -> None:
    made = plan(COPIED)
    waits = direct(made, find(made, "BucketReplicationConfig", "backups"))
    assert {
        "BucketVersioning backups",
        "BucketVersioning backups-copy",
        "RolePolicy copy",
        "BucketPolicy backups-copy",
    } <= waits


def test_the_copier_reads_the_source_and_writes_the_copy_and_nothing_else(plan: Planner) -> None:
    made = plan(COPIED)
    rights = allowed(made, "copy")
    source = find(made, "Bucket", "backups").outputs["arn"]
    target = find(made, "Bucket", "backups-copy").outputs["arn"]
    assert rights["FindObjects"]["Resource"] == [source]
    assert rights["ReadObjects"]["Resource"] == [f"{source}/*"]
    assert rights["WriteCopies"]["Resource"] == [f"{target}/*"]
    assert rights["DecryptObjects"]["Resource"] == find(made, "Key", "encryption").outputs["arn"]
    assert rights["EncryptCopies"]["Resource"] == find(made, "Key", "copy").outputs["arn"]


def test_retained_buckets_stay_with_what_keeps_them_private(plan: Planner) -> None:
    kept = plan({**PLAIN, "storage.onDestroy": "Retain", "cluster.deletionProtection": False})
    gone = plan({**PLAIN, "cluster.deletionProtection": False})
    for kind in ("Bucket", "BucketPolicy", "BucketPublicAccessBlock", "BucketLifecycleConfiguration"):
        assert find(kept, kind, "logs").retain_on_delete
        assert not find(gone, kind, "logs").retain_on_delete
    assert find(kept, "Bucket", "logs").inputs["forceDestroy"] is False
    assert find(gone, "Bucket", "logs").inputs["forceDestroy"] is True


def test_what_an_addon_writes_to_is_made_without_being_named(plan: Planner) -> None:
    made = {bucket.name for bucket in all_of(plan({**PLAIN, "storage": {}}), "Bucket")}
    stack = settings("production", storage={"buckets": [], "copyRegion": None})
    assert stack.foundation == "aws"
    assert made == set(bucket_purposes(stack))
    without: dict[str, Json] = {"tempo": {"enabled": False}}
    less = settings("production", storage={"buckets": [], "copyRegion": None}, addons=without)
    assert less.foundation == "aws"
    assert set(bucket_purposes(less)) == made - {"traces"}


def test_the_key_of_copies_lets_in_no_service_that_the_other_region_has_no_use_for(plan: Planner) -> None:
    for name, services in (("copy", False), ("encryption", True)):
        statements = json.loads(str(find(plan(COPIED), "Key", name).inputs["policy"]))["Statement"]
        assert ("Service" in json.dumps(statements)) is services
