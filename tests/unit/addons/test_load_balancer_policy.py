"""The load balancer controller's policy: the published actions, on narrower resources."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import cast

import pytest
from policy_sentry.querying.actions import get_action_data

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons.aws_load_balancer_controller import addon
from oneup.addons.aws_load_balancer_controller.policy import statements
from oneup.foundation.iam import Statement, policy_size
from oneup.plan import Json
from oneup.settings.aws import Aws
from oneup.values import DeferredOutput
from tests.support.stacks import settings

ACCOUNT = "111122223333"
REGION = "ap-southeast-1"
OURS = statements(Aws(region=REGION, account=ACCOUNT), "oneup-staging")
INLINE_LIMIT = 10_240


def actions(found: Sequence[Statement]) -> set[str]:
    return {action for statement in found for action in statement.actions}


@pytest.fixture(scope="session")
def published(published_policy: Callable[[Addon], Mapping[str, Json]]) -> set[str]:
    """The actions of the policy that the controller's project publishes for its release."""
    document = published_policy(addon(AddonContext(settings("staging"), frozenset())))
    found = cast(Sequence[Mapping[str, Sequence[str]]], document["Statement"])
    return {action for statement in found for action in statement["Action"]}


def test_it_grants_exactly_the_published_actions(published: set[str]) -> None:
    assert len(published) == 80
    assert actions(OURS) == published


def test_it_fits_into_a_role() -> None:
    assert policy_size(OURS) < INLINE_LIMIT


def formats(action: str) -> Iterator[str]:
    """The resources that AWS lets an action be narrowed to, as ARNs of this account."""
    service, name = action.split(":")
    found = cast(Mapping[str, Sequence[Mapping[str, str]]], get_action_data(service, name))
    known = {"Partition": "aws", "Region": REGION, "Account": ACCOUNT, "Scope": "regional"}
    for row in found[service]:
        if row["resource_arn_format"] != "*":
            yield re.sub(r"\$\{(\w+)\}", lambda part: known.get(part[1], "x"), row["resource_arn_format"])


def patterns(statement: Statement) -> list[str]:
    texts = (item.template if isinstance(item, DeferredOutput) else item for item in statement.resources)
    return [text.replace("{}", "*") for text in texts]


@pytest.mark.parametrize("statement", OURS, ids=lambda statement: statement.sid)
def test_each_action_can_be_done_on_the_resources_that_its_statement_names(statement: Statement) -> None:
    for action in statement.actions:
        possible = list(formats(action))
        if statement.resources == ("*",):
            assert not possible, f"{action} can be narrowed to {possible}"
            continue
        fitting = [arn for arn in possible if any(fnmatchcase(arn, each) for each in patterns(statement))]
        roles = action == "iam:CreateServiceLinkedRole"
        assert fitting or roles, f"{action} is about {possible}"


def test_what_carries_a_clusters_tag_must_carry_this_clusters() -> None:
    changing = [item for item in OURS if any("loadbalancing:Delete" in action for action in item.actions)]
    tags = [item.conditions for item in changing if "Listeners" not in item.sid]
    assert tags == [{"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "oneup-staging"}}]


def test_no_arn_reaches_another_account_or_region() -> None:
    for statement in OURS:
        for pattern in patterns(statement):
            if pattern != "*":
                _, _, service, region, account, _ = pattern.split(":", 5)
                assert account == ACCOUNT
                assert region == ("" if service in {"iam", "shield"} else REGION)
