"""The real stacks obey every rule."""

import pytest

from oneup.plan import Plan
from oneup.policy import Severity, findings


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal"])
def test_no_rule_stops_a_stack(stack: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(stack)
    assert not [finding for finding in findings(plan) if finding.severity is Severity.MANDATORY]
