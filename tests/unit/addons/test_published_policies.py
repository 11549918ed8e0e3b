"""Our policies grant what the projects publish for their charts, on the same conditions or stricter ones."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final, TypeAlias, cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addons import aws_load_balancer_controller, karpenter
from oneup.addons.aws_load_balancer_controller.policy import statements as controller_statements
from oneup.addons.karpenter.policy import statements as karpenter_statements
from oneup.foundation.iam import Statement
from oneup.plan import Json
from oneup.settings.aws import Aws
from oneup.values import DeferredOutput
from tests.support.stacks import settings

AWS: Final = Aws(region="eu-west-1", account="111122223333")
CLUSTER: Final = "oneup-staging"
PLACEHOLDERS: Final = {
    "AWS::Partition": "aws",
    "AWS::Region": AWS.region,
    "AWS::AccountId": AWS.account,
    "ClusterName": CLUSTER,
    "KarpenterNodeRole.Arn": f"arn:aws:iam::{AWS.account}:role/{CLUSTER}-karpenter-node",
    "KarpenterInterruptionQueue.Arn": f"arn:aws:sqs:{AWS.region}:{AWS.account}:{CLUSTER}-interruptions",
}

Published: TypeAlias = Callable[[Addon], Mapping[str, Json]]
Conditions: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""Operator and key, and the values that are allowed."""


@dataclass(frozen=True)
class Grant:
    """One statement that allows: theirs, or ours."""

    sid: str
    actions: frozenset[str]
    resources: tuple[str, ...]
    conditions: Conditions

    def within(self, wider: "Grant") -> bool:
        """Whether what this one allows is allowed by the other, too."""
        covered = all(any(fnmatchcase(own, theirs) for theirs in wider.resources) for own in self.resources)
        return covered and all(self._insists(*one) for one in wider.conditions.items())

    def _insists(self, condition: tuple[str, str], values: frozenset[str]) -> bool:
        operator, key = condition
        if (operator, values) == ("Null", {"false"}):
            # They ask for the tag of some cluster, we for this one's.
            return self.conditions.get(("StringEquals", key)) == frozenset({CLUSTER})
        own = self.conditions.get(condition, frozenset())
        return bool(own) and own <= values


def texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(cast("Sequence[str]", value))


def filled(text: str) -> str:
    """With our names; load balancers of every kind are one, as in our policy."""
    named = re.sub(r"\$\{([\w:.]+)\}", lambda found: PLACEHOLDERS[found[1]], text)
    return re.sub(r"(:elasticloadbalancing:.*:[\w-]+)/.+", r"\1/*", named)


def conditions(found: Mapping[str, Mapping[str, object]]) -> Conditions:
    return {
        (operator, filled(key)): frozenset(map(filled, texts(values)))
        for operator, keys in found.items()
        for key, values in keys.items()
    }


def theirs(document: object) -> Iterator[Grant]:
    """The statements of a policy, or of every policy of a template."""
    found = cast("Mapping[str, object]", document)
    if "Statement" not in found:
        for name, policy in found.items():
            if name.endswith("Policy") and "Queue" not in name:
                yield from theirs(policy)
        return
    for statement in cast("Sequence[Mapping[str, object]]", found["Statement"]):
        yield Grant(
            str(statement.get("Sid", "")),
            frozenset(texts(statement["Action"])),
            tuple(map(filled, texts(statement["Resource"]))),
            conditions(cast("Mapping[str, Mapping[str, object]]", statement.get("Condition", {}))),
        )


def ours(statement: Statement) -> Grant:
    resources = (
        one.template.replace("{}", "*") if isinstance(one, DeferredOutput) else one
        for one in statement.resources
    )
    held = conditions(statement.conditions)
    return Grant(statement.sid, frozenset(statement.actions), tuple(map(filled, resources)), held)


SWITCHES: Final[Mapping[str, Json]] = {
    "clusterAutoscaler": {"enabled": False},
    "karpenterCrd": {"enabled": True},
    "karpenter": {"enabled": True},
}
CONTEXT: Final = AddonContext(settings("staging", addons=SWITCHES), frozenset())
POLICIES: Final = {
    karpenter.NAME: (karpenter.addon(CONTEXT), karpenter_statements(AWS, CLUSTER)),
    aws_load_balancer_controller.NAME: (
        aws_load_balancer_controller.addon(CONTEXT),
        controller_statements(AWS, CLUSTER),
    ),
}


@pytest.mark.parametrize("name", POLICIES)
def test_no_statement_allows_more_than_the_published_ones(
    name: AddonName, published_policy: Published
) -> None:
    addon, statements = POLICIES[name]
    published = list(theirs(published_policy(addon)))
    wider = [
        f"{own.sid}: {action}"
        for own in map(ours, statements)
        for action in sorted(own.actions)
        if not any(action in one.actions and own.within(one) for one in published)
    ]
    assert wider == []


@pytest.mark.parametrize("name", POLICIES)
def test_every_published_statement_is_granted_in_part_at_least(
    name: AddonName, published_policy: Published
) -> None:
    addon, statements = POLICIES[name]
    granted = [ours(one) for one in statements]
    published = list(theirs(published_policy(addon)))
    missing = [
        f"{one.sid}: {action}"
        for one in published
        for action in sorted(one.actions)
        if not any(action in own.actions and own.within(one) for own in granted)
        and not any(action in other.actions and one != other and one.within(other) for other in published)
    ]
    assert missing == []


FLEET: Final = ("arn:aws:ec2:eu-west-1:*:fleet/*",)
OWNED: Final[Conditions] = {("StringEquals", "tag"): frozenset({"owned"})}
RUN: Final = Grant("", frozenset({"ec2:RunInstances"}), FLEET, OWNED)


@pytest.mark.parametrize(
    "wider",
    [
        replace(RUN, conditions={}),
        replace(RUN, conditions={("StringLike", "tag"): frozenset({"owned"})}),
        replace(RUN, conditions={("StringEquals", "tag"): frozenset({"owned", "shared"})}),
        replace(RUN, resources=("arn:aws:ec2:*:*:fleet/*",)),
        replace(RUN, resources=("*",)),
    ],
)
def test_what_is_wider_is_seen(wider: Grant) -> None:
    assert RUN.within(RUN)
    assert not wider.within(RUN)
