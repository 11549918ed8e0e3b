"""What a rule is, and what it says of a plan that breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from oneup.plan import Resource
from oneup.plan.graph import Graph


class Severity(StrEnum):
    """What a finding means for the deployment."""

    MANDATORY = "mandatory"
    """It stops the deployment."""

    ADVISORY = "advisory"
    """It is said, and the deployment goes on."""


@dataclass(frozen=True)
class Finding:
    """One place where a plan breaks a rule."""

    rule: str
    severity: Severity
    urn: str
    """The resource, or the empty string where the plan as a whole is meant."""

    message: str
    """What is wrong here, and what would be right."""


ResourceCheck: TypeAlias = Callable[[Resource], Iterator[str]]
"""Yields a message for each fault of one resource."""

PlanCheck: TypeAlias = Callable[[Graph], Iterator[tuple[Resource | None, str]]]
"""Yields each fault of a whole plan: the resource at fault, if it is one, and a message."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A named rule: the sentence says what holds in a plan that obeys it."""

    name: str
    sentence: str
    seen: tuple[str, ...] = ()
    """Where users of other platforms were hurt by its absence: ``repository#thread``."""

    severity: Severity = Severity.MANDATORY
    state_only: str = ""
    """Why the engine cannot ask this rule: it does not tell a policy pack what the rule must know."""


@dataclass(frozen=True, kw_only=True)
class ResourceRule(Rule):
    """A rule for each resource by itself."""

    check: ResourceCheck

    def findings(self, graph: Graph) -> Iterator[Finding]:
        """All that breaks this rule."""
        for resource in graph.plan.resources:
            for message in self.check(resource):
                yield Finding(self.name, self.severity, resource.urn, message)


@dataclass(frozen=True, kw_only=True)
class PlanRule(Rule):
    """A rule that needs to see how the resources of a plan stand to each other."""

    check: PlanCheck

    def findings(self, graph: Graph) -> Iterator[Finding]:
        """All that breaks this rule."""
        for resource, message in self.check(graph):
            yield Finding(self.name, self.severity, resource.urn if resource else "", message)
