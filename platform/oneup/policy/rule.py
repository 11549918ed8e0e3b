"""Rules and violations."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph


class Severity(StrEnum):
    """What a violation means for the deployment."""

    MANDATORY = "mandatory"
    """It stops the deployment."""

    ADVISORY = "advisory"
    """It is reported, and the deployment continues."""


@dataclass(frozen=True)
class Violation:
    """One place where a plan breaks a rule."""

    rule: str
    severity: Severity
    urn: str
    """The resource, or an empty string for the plan as a whole."""

    message: str
    """What is wrong, and the fix."""


ResourceCheck: TypeAlias = Callable[[Resource], Iterator[str]]
"""Yields a message for each fault of one resource."""

PlanCheck: TypeAlias = Callable[[DependencyGraph], Iterator[tuple[Resource | None, str]]]
"""Yields each fault of a whole plan: the resource at fault, if it is one, and a message."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule; its description says what holds in a plan that obeys it."""

    id: str
    description: str
    controls: tuple[str, ...] = ()
    """Controls that ask for it: ``CIS EKS 5.4.1``, ``AWS FSBP S3.8`` (Foundational Security Best Practices)."""

    incidents: tuple[str, ...] = ()
    """Incidents in other projects that the rule prevents: ``repository#thread``."""

    severity: Severity = Severity.MANDATORY
    offline_only_reason: str = ""
    """Why the policy pack leaves this rule out: the engine does not pass it what the rule needs."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule on a single resource."""

    check: ResourceCheck

    def violations(self, graph: DependencyGraph) -> Iterator[Violation]:
        """All that breaks this rule."""
        for resource in graph.plan.resources:
            for message in self.check(resource):
                yield Violation(self.id, self.severity, resource.urn, message)


@dataclass(frozen=True, kw_only=True)
class PlanRule(Rule):
    """A rule on the whole plan."""

    check: PlanCheck

    def violations(self, graph: DependencyGraph) -> Iterator[Violation]:
        """All that breaks this rule."""
        for resource, message in self.check(graph):
            yield Violation(self.id, self.severity, resource.urn if resource else "", message)
