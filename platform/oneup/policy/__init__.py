"""The rules that every plan must obey."""

from collections.abc import Sequence

from oneup.plan import Plan
from oneup.policy.graph import Graph
from oneup.policy.rule import Finding, PlanRule, ResourceRule, Rule, Severity

__all__ = ["RULES", "Finding", "Rule", "Severity", "findings"]

RULES: tuple[ResourceRule | PlanRule, ...] = ()
"""Every rule, theme by theme."""


def findings(plan: Plan) -> Sequence[Finding]:
    """All that breaks a rule: what stops the deployment first, then in the order of the rules."""
    graph = Graph(plan)
    found = [finding for rule in RULES for finding in rule.findings(graph)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.MANDATORY)
