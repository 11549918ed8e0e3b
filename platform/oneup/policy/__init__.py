"""The rules that every plan must obey."""

from collections.abc import Sequence
from typing import Final

from oneup.plan import Plan
from oneup.plan.graph import DependencyGraph
from oneup.policy import (
    actions,
    audit,
    buckets,
    charts,
    cluster,
    definitions,
    edge,
    encryption,
    gateway,
    identity,
    leaving,
    network,
    nodes,
    order,
    pods,
    providers,
    registry,
    releases,
    repeatable,
    rights,
    secrets,
    storage,
    tags,
    timing,
)
from oneup.policy.rule import PlanRule, ResourceRule, Rule, Severity, Violation

__all__ = ["RULES", "Rule", "Severity", "Violation", "violations"]

RULES: Final[tuple[ResourceRule | PlanRule, ...]] = (
    *providers.RULES,
    *tags.RULES,
    *encryption.RULES,
    *buckets.RULES,
    *registry.RULES,
    *network.RULES,
    *edge.RULES,
    *gateway.RULES,
    *identity.RULES,
    *rights.RULES,
    *actions.RULES,
    *audit.RULES,
    *cluster.RULES,
    *nodes.RULES,
    *releases.RULES,
    *charts.RULES,
    *pods.RULES,
    *storage.RULES,
    *timing.RULES,
    *definitions.RULES,
    *order.RULES,
    *leaving.RULES,
    *secrets.RULES,
    *repeatable.RULES,
)
"""Every rule, by topic."""


def violations(plan: Plan) -> Sequence[Violation]:
    """All violations: mandatory ones first, then in the order of the rules."""
    graph = DependencyGraph(plan)
    found = [finding for rule in RULES for finding in rule.violations(graph)]
    return sorted(found, key=lambda finding: finding.severity is not Severity.MANDATORY)
