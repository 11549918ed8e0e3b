"""The lower bound: how long a bring-up takes with inherent dependencies only."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from oneup.plan import Plan, Resource
from oneup.rehearsal.constraints import Constraint, inherent_dependencies
from oneup.rehearsal.durations import Durations, format_duration
from oneup.rehearsal.timeline import Timeline, critical_chain

MAX_RATIO: Final = 1.05
"""Maximum ratio of the predicted bring-up to the lower bound."""

_NEGLIGIBLE_SECONDS: Final = 0.5
"""Negligible delay in seconds."""


@dataclass(frozen=True)
class BoundStep:
    """One step of the chain."""

    resource: Resource
    start: float
    finish: float
    after: str
    """URN of the previous step; empty for the first."""

    reason: str
    """Why it cannot start earlier; empty for the first."""

    @property
    def seconds(self) -> float:
        """How long it takes by itself."""
        return self.finish - self.start


@dataclass(frozen=True)
class Delay:
    """An avoidable wait on the critical path."""

    resource: Resource
    waits_for: Resource
    seconds: float
    cost_seconds: float
    """Seconds that the bring-up would be shorter without this wait."""

    def __str__(self) -> str:
        """The wait and its cost."""
        return self.describe(lambda resource: resource.name)

    def describe(self, named: Callable[[Resource], str]) -> str:
        """The wait and its cost, with custom resource names."""
        waits = f"{named(self.resource)} waits {format_duration(self.seconds)} for {named(self.waits_for)}"
        return f"{waits}, which is avoidable and costs {format_duration(self.cost_seconds)} in total"


@dataclass(frozen=True)
class LowerBound:
    """The bring-up with inherent dependencies only."""

    constraints: Mapping[str, tuple[Constraint, ...]]
    steps: Mapping[str, BoundStep]

    @cached_property
    def chain(self) -> Sequence[BoundStep]:
        """The longest chain, without steps of zero duration."""
        return tuple(link for link in critical_chain(self.steps) if link.seconds)

    @property
    def seconds(self) -> float:
        """From the start to the last resource."""
        return max((link.finish for link in self.steps.values()), default=0)

    def reason(self, urn: str, other: str) -> str:
        """Why a resource inherently depends on another; empty if it does not."""
        return next((need.reason for need in self.constraints.get(urn, ()) if other in need.any_of), "")

    def delays(self, timeline: Timeline) -> Sequence[Delay]:
        """The avoidable waits on the critical path, the most expensive first."""
        finish = {step.resource.urn: step.finish for step in timeline.steps}
        found: list[Delay] = []
        for step in timeline.full_critical_path:
            needed = max((_first(need, finish)[0] for need in self.constraints[step.resource.urn]), default=0)
            if step.start - needed > 0.001:
                other = timeline.by_urn[step.after].resource
                costs = timeline.seconds - timeline.seconds_if(step.resource.urn, needed)
                found.append(Delay(step.resource, other, step.start - needed, costs))
        return sorted(found, key=lambda delay: -delay.cost_seconds)

    def significant_delays(self, timeline: Timeline) -> Sequence[Delay]:
        """The delays that cost at least half a second."""
        return [delay for delay in self.delays(timeline) if delay.cost_seconds >= _NEGLIGIBLE_SECONDS]


def lower_bound(plan: Plan, durations: Durations) -> LowerBound:
    """Schedule every resource as soon as its inherent dependencies are complete.

    In cycles the plan's order decides: a resource only waits for earlier ones.
    """
    needs = inherent_dependencies(plan)
    finish: dict[str, float] = {}
    links: dict[str, BoundStep] = {}
    for resource in plan.resources:
        start, after, why = 0.0, "", ""
        for need in needs[resource.urn]:
            moment, urn = _first(need, finish)
            if moment > start:
                start, after, why = moment, urn, need.reason
        finish[resource.urn] = start + durations.of(resource)
        links[resource.urn] = BoundStep(resource, start, finish[resource.urn], after, why)
    return LowerBound(needs, links)


def _first(need: Constraint, finish: Mapping[str, float]) -> tuple[float, str]:
    """The earliest of the alternatives, and when it completes."""
    return min(((finish[urn], urn) for urn in need.any_of if urn in finish), default=(0.0, ""))
