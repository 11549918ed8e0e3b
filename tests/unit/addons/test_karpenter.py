"""Karpenter: the published rights on this cluster's own, its ground on AWS, and the way up and down."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons.karpenter import addon
from oneup.addons.karpenter.policy import statements
from oneup.checks import ChartLibrary, schema_errors
from oneup.foundation.iam import policy_size
from oneup.foundation.karpenter import EVENTS
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.policy import Severity, violations
from oneup.settings.aws import Aws
from tests.support.plans import RehearseWith
from tests.support.stacks import settings

OURS = statements(Aws(region="eu-west-1", account="111122223333"), "oneup-staging")
SWITCHES: dict[str, Json] = {
    "clusterAutoscaler": {"enabled": False},
    "karpenterCrd": {"enabled": True},
    "karpenter": {"enabled": True},
    "verticalPodAutoscaler": {"enabled": True},
    "keda": {"enabled": True},
}


Published = Mapping[str, Mapping[str, Sequence[Mapping[str, str | Sequence[str]]]]]


@pytest.fixture(scope="session")
def published(published_policy: Callable[[Addon], Mapping[str, Json]]) -> Published:
    """The policies and the patterns of events that Karpenter's project publishes."""
    made = addon(AddonContext(settings("staging", addons=SWITCHES), frozenset()))
    return cast(Published, published_policy(made))


@pytest.fixture(scope="module")
def plan(rehearse_with: RehearseWith) -> Plan:
    """Production with Karpenter in place of the autoscaler, and with the other switches of scaling."""
    return rehearse_with("production", addons=SWITCHES)


def test_it_grants_exactly_the_published_actions(published: Published) -> None:
    wanted: set[str] = set()
    for name, policy in published.items():
        for statement in policy["Statement"] if name.endswith("Policy") and "Queue" not in name else ():
            actions = statement["Action"]
            wanted |= {actions} if isinstance(actions, str) else set(actions)
    assert {action for statement in OURS for action in statement.actions} == wanted


def test_it_fits_into_a_role() -> None:
    assert policy_size(OURS) < 10_240


def test_it_heeds_the_published_events(published: Published) -> None:
    theirs = [json.dumps(pattern, sort_keys=True) for pattern in published["EventPatterns"].values()]
    assert sorted(json.dumps(pattern, sort_keys=True) for pattern in EVENTS.values()) == sorted(theirs)


def test_only_what_carries_this_clusters_tag_is_ended() -> None:
    (ending,) = [item for item in OURS if "ec2:TerminateInstances" in item.actions]
    assert ending.conditions["StringEquals"] == {
        "aws:ResourceTag/kubernetes.io/cluster/oneup-staging": "owned"
    }


def test_one_autoscaler_only_and_never_without_its_kinds() -> None:
    with pytest.raises(SelectionError) as raised:
        select(settings("staging", addons={"karpenter": {"enabled": True}}))
    assert raised.value.problems == (
        "karpenter requires karpenter-crd, which is not enabled",
        "karpenter conflicts with cluster-autoscaler: enable only one of them",
    )


def test_its_nodes_are_as_the_stack_allows() -> None:
    knobs: Json = {"karpenter": {"architectures": ["arm64"], "capacity": ["spot"], "maxCpus": 8}}
    made = addon(AddonContext(settings("staging", addons=knobs), frozenset()))
    pool = next(item for item in made.post_install_manifests if item.kind == "NodePool")
    text = json.dumps(cast("Mapping[str, object]", pool.body), default=list)
    assert '{"key": "kubernetes.io/arch", "operator": "In", "values": ["arm64"]}' in text
    assert '{"key": "karpenter.sh/capacity-type", "operator": "In", "values": ["spot"]}' in text
    assert '"limits": {"cpu": "8"}' in text


def test_the_plan_breaks_no_rule_and_is_what_charts_and_definitions_take(
    plan: Plan, charts: ChartLibrary
) -> None:
    assert [item for item in violations(plan) if item.severity is Severity.MANDATORY] == []
    assert [str(item) for item in schema_errors(plan, charts, "1.35")] == []


def waited_for(plan: Plan, name: str, kind: str) -> set[str]:
    """The names of all that a resource waits for, directly or not."""
    by_urn = {item.urn: item for item in plan.resources}
    start = next(item for item in plan.resources if item.name == name and item.type.endswith(kind))
    seen: set[str] = set()
    queue = list(start.dependencies)
    while queue:
        urn = queue.pop()
        if urn not in seen:
            seen.add(urn)
            queue += by_urn[urn].dependencies
    return {f"{by_urn[urn].type.rsplit(':', 1)[-1]} {by_urn[urn].name}" for urn in seen}


def test_a_pool_goes_before_karpenter_and_karpenter_before_the_nodes_that_it_runs_on(plan: Plan) -> None:
    needed = waited_for(plan, "karpenter/default", ":NodePool")
    assert {"Release karpenter", "Release karpenter-crd", "NodeGroup workers"} <= needed


def test_a_class_waits_for_the_right_of_its_nodes_to_join_and_karpenter_for_the_warnings(plan: Plan) -> None:
    assert "AccessEntry karpenter-node" in waited_for(plan, "karpenter/default", ":EC2NodeClass")
    warnings = waited_for(plan, "karpenter", ":Release")
    assert {f"EventTarget {event}" for event in EVENTS} <= warnings


def test_without_it_nothing_of_it_is_made(staging: Plan) -> None:
    assert not [
        item for item in staging.resources if "karpenter" in item.name and "discovery" not in item.name
    ]
