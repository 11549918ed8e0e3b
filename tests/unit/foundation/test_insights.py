"""Container Insights: metrics for CloudWatch, without duplicating other addons."""

import json
from typing import Final, cast

import pytest

from oneup.plan import Json, JsonMap, Plan
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, direct, find

NAME: Final = "amazon-cloudwatch-observability"
ON: Final[dict[str, Json]] = {"cluster.containerInsights": True, "audit": {"guardDuty": True}}
WITHOUT_SHIPPER: Final[dict[str, Json]] = {**ON, "addons.fluentBit.enabled": False}


def configured(plan: Plan) -> JsonMap:
    """What the addon is told."""
    return cast(JsonMap, json.loads(str(find(plan, "Addon", NAME).inputs["configurationValues"])))


@pytest.mark.parametrize(("changes", "ships"), [(ON, False), (WITHOUT_SHIPPER, True)])
def test_a_line_is_shipped_once(plan: Planner, changes: dict[str, Json], ships: bool) -> None:
    """Fluent Bit of the catalogue does it where it is on, the addon's own where it is not."""
    assert configured(plan(changes))["containerLogs"] == {"enabled": ships}


def test_nobodys_pods_are_rewritten(plan: Planner) -> None:
    """Instrumentation is the OpenTelemetry operator's affair, for pods that ask for it."""
    expected = {"applicationSignals": {"autoMonitor": {"monitorAllServices": False}}}
    assert configured(plan(ON))["manager"] == expected


def test_its_role_is_its_service_accounts_alone_and_may_do_what_aws_says_an_agent_does(plan: Planner) -> None:
    made = plan(ON)
    (policy,) = (one for one in all_of(made, "RolePolicyAttachment") if one.name.startswith(NAME))
    assert policy.inputs["policyArn"] == "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
    (role,) = (one for one in all_of(made, "Role") if one.name == NAME)
    trust = str(role.inputs["assumeRolePolicy"])
    assert "system:serviceaccount:amazon-cloudwatch:cloudwatch-agent" in trust
    assert not [one for one in all_of(made, "RolePolicy") if one.name.startswith(NAME)]
    assert {f"RolePolicyAttachment {policy.name}"} <= direct(made, find(made, "Addon", NAME))


@pytest.mark.parametrize("changes", [ON, WITHOUT_SHIPPER])
def test_the_groups_that_it_writes_to_have_an_end(plan: Planner, changes: dict[str, Json]) -> None:
    groups = {str(one.inputs["name"]): one.inputs for one in all_of(plan(changes), "LogGroup")}
    for kind in ("application", "performance"):
        assert groups[f"/aws/containerinsights/oneup-production/{kind}"]["retentionInDays"]


def test_without_it_there_is_neither_agent_nor_role_nor_a_group_for_figures(plan: Planner) -> None:
    made = plan(stack="staging")
    assert not [one for one in made.resources if one.name.startswith((NAME, "container-figures"))]
