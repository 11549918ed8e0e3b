"""One setting edited changes what it should, and nothing else."""

import pytest

from oneup.plan import Json, Plan
from tests.unit.foundation.conftest import Changes, Planner
from tests.unit.foundation.graph import label

WORKERS: Json = {
    "name": "workers",
    "instanceTypes": ["m6i.xlarge"],
    "capacity": "ON_DEMAND",
    "minSize": 3,
    "desiredSize": 3,
    "maxSize": 9,
    "labels": {"node.role": "worker"},
}


def worker_groups(**changes: Json) -> Changes:
    assert isinstance(WORKERS, dict)
    return {"nodeGroups": [{**WORKERS, **changes}]}


def difference(before: Plan, after: Plan) -> set[str]:
    """Labels of what is added, gone, or has other inputs or options."""
    old = {resource.urn: resource for resource in before.resources}
    new = {resource.urn: resource for resource in after.resources}
    changed = {urn for urn in old.keys() & new.keys() if old[urn] != new[urn]}
    return {label((old | new)[urn]) for urn in changed | (old.keys() ^ new.keys())}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (worker_groups(maxSize=10), {"NodeGroup workers"}),
        (worker_groups(labels={"node.role": "other"}), {"NodeGroup workers"}),
        (worker_groups(diskGib=80), {"LaunchTemplate workers"}),
    ],
    ids=["size", "labels", "disk"],
)
def test_a_change_of_a_group_is_a_change_of_that_group(
    plan: Planner, changes: Changes, expected: set[str]
) -> None:
    assert difference(plan(worker_groups()), plan(changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"network.flowLogs.retentionDays": 30}, {"BucketLifecycleConfiguration flow-logs"}),
        ({"cluster.logs.retentionDays": 30}, {"LogGroup control-plane"}),
        ({"cluster.endpoint.allowedCidrs": ["198.51.100.0/24"]}, {"Cluster cluster"}),
        ({"cluster.addonVersions": {"ebsCsi": "v1.50.0-eksbuild.1"}}, {"Addon aws-ebs-csi-driver"}),
        ({"cluster.prefixDelegation": False}, {"Addon vpc-cni"}),
        (
            {"cluster.access.viewers": []},
            {"AccessEntry 444455556666-role-platform-viewer"},
        ),
    ],
    ids=["flow-logs", "logs", "sources", "version", "prefixes", "viewers"],
)
def test_a_change_reaches_what_it_is_about(plan: Planner, changes: Changes, expected: set[str]) -> None:
    assert difference(plan(), plan(changes)) == expected


def test_another_key_reaches_all_that_it_encrypts_and_nothing_else(plan: Planner) -> None:
    old, new = plan(), plan({"cluster.kmsKey": "arn:aws:kms:eu-central-1:444455556666:key/1"})
    ours = next(resource for resource in old.resources if label(resource) == "Key encryption")
    users = {label(one) for one in old.resources if str(ours.outputs["arn"]) in repr(one.inputs)}
    assert {"Cluster cluster", "LogGroup control-plane"} <= users
    assert difference(old, new) == users | {"Key encryption", "Alias encryption"}


def test_a_group_more_is_a_group_more(plan: Planner) -> None:
    assert isinstance(WORKERS, dict)
    two: Changes = {"nodeGroups": [WORKERS, {**WORKERS, "name": "more"}]}
    assert difference(plan(worker_groups()), plan(two)) == {
        "NodeGroup more",
        "LaunchTemplate more",
        # They wait for every group, so that their pods find a node.
        "Addon coredns",
        "Addon snapshot-controller",
        "Addon aws-ebs-csi-driver",
        "Addon amazon-cloudwatch-observability",
        "Addon aws-guardduty-agent",
        "MetricAlarm nodes-broken-more",
        "MetricAlarm nodes-busy-more",
        "MetricAlarm nodes-missing-more",
    }


def test_the_same_settings_make_the_same_plan(plan: Planner) -> None:
    """Another key order in the file is the same file."""
    assert isinstance(WORKERS, dict)
    reversed_keys = {"nodeGroups": [dict(reversed(WORKERS.items()))]}
    assert plan(reversed_keys) == plan(worker_groups())
