"""The longest unavoidable chain: how long a bring-up would take if nothing waited without need."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from oneup.plan import Plan, Resource
from oneup.rehearsal.constraints import Need, by_nature
from oneup.rehearsal.durations import Durations, clock
from oneup.rehearsal.timeline import Timeline, last_chain

TOLERATED: Final = 1.05
"""How much longer than its longest unavoidable chain a bring-up may be predicted to take."""

_NOTHING: Final = 0.5
"""Seconds that nobody notices."""


@dataclass(frozen=True)
class Link:
    """One step of the chain."""

    resource: Resource
    start: float
    finish: float
    after: str
    """URN of the step before; the empty string at the beginning."""

    why: str
    """Why it cannot start earlier; empty at the beginning."""

    @property
    def seconds(self) -> float:
        """How long it takes by itself."""
        return self.finish - self.start


@dataclass(frozen=True)
class Delay:
    """A step of the critical path that waits longer than it needs to."""

    resource: Resource
    waits_for: Resource
    seconds: float
    costs: float
    """Seconds by which the whole would be shorter if this one waited for nothing but its needs."""

    def __str__(self) -> str:
        """The edge, and what it costs."""
        return self.told(lambda resource: resource.name)

    def told(self, named: Callable[[Resource], str]) -> str:
        """The same, with the resources called as the reader is used to."""
        waits = f"{named(self.resource)} waits {clock(self.seconds)} for {named(self.waits_for)}"
        return f"{waits}, which it could do without; the whole is {clock(self.costs)} longer for it"


@dataclass(frozen=True)
class Unavoidable:
    """A plan's bring-up if every resource waited for nothing but what it cannot be made without."""

    needs: Mapping[str, tuple[Need, ...]]
    links: Mapping[str, Link]

    @cached_property
    def chain(self) -> Sequence[Link]:
        """The longest chain, first to last; what takes no time is left out."""
        return tuple(link for link in last_chain(self.links) if link.seconds)

    @property
    def seconds(self) -> float:
        """From the start to the last resource."""
        return max((link.finish for link in self.links.values()), default=0)

    def why(self, urn: str, other: str) -> str:
        """Why a resource needs another, right before it; empty where it does not."""
        return next((need.why for need in self.needs.get(urn, ()) if other in need.any_of), "")

    def delays(self, timeline: Timeline) -> Sequence[Delay]:
        """Where the critical path waits without need, and for what; the dearest first."""
        finish = {step.resource.urn: step.finish for step in timeline.steps}
        found: list[Delay] = []
        for step in timeline.whole_path:
            needed = max((_first(need, finish)[0] for need in self.needs[step.resource.urn]), default=0)
            if step.start - needed > 0.001:
                other = timeline.by_urn[step.after].resource
                costs = timeline.seconds - timeline.seconds_if(step.resource.urn, needed)
                found.append(Delay(step.resource, other, step.start - needed, costs))
        return sorted(found, key=lambda delay: -delay.costs)

    def costly(self, timeline: Timeline) -> Sequence[Delay]:
        """Those delays that make the whole longer, by half a second at least."""
        return [delay for delay in self.delays(timeline) if delay.costs >= _NOTHING]


def unavoidable(plan: Plan, durations: Durations) -> Unavoidable:
    """Schedule every resource as soon as all that it cannot be made without is there.

    The plan's own order decides where two would need each other: only what comes before is waited for.
    """
    needs = by_nature(plan)
    finish: dict[str, float] = {}
    links: dict[str, Link] = {}
    for resource in plan.resources:
        start, after, why = 0.0, "", ""
        for need in needs[resource.urn]:
            moment, urn = _first(need, finish)
            if moment > start:
                start, after, why = moment, urn, need.why
        finish[resource.urn] = start + durations.of(resource)
        links[resource.urn] = Link(resource, start, finish[resource.urn], after, why)
    return Unavoidable(needs, links)


def _first(need: Need, finish: Mapping[str, float]) -> tuple[float, str]:
    """When the first of those that are enough is there, and which it is."""
    return min(((finish[urn], urn) for urn in need.any_of if urn in finish), default=(0.0, ""))
