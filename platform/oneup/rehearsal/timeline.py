"""The predicted bring-up: when each resource starts and is there, if nothing waits but for its needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from oneup.plan import Plan, Resource
from oneup.rehearsal.durations import Durations
from oneup.rehearsal.order import needs


@dataclass(frozen=True)
class Step:
    """One resource on the time axis; seconds from the start of ``pulumi up``."""

    resource: Resource
    start: float
    finish: float
    after: str
    """URN of the need that was there last, or the empty string: following it back is the critical path."""

    slack: float
    """Seconds by which it could be later without the whole being later."""

    @property
    def seconds(self) -> float:
        """How long it takes by itself."""
        return self.finish - self.start

    @property
    def critical(self) -> bool:
        """Whether any delay of it delays the whole."""
        return self.slack < 0.001


class Scheduled(Protocol):
    """What is there at a moment, and what it came after."""

    @property
    def finish(self) -> float:
        """Seconds from the start until it is there."""
        ...

    @property
    def after(self) -> str:
        """URN of what it came after, or the empty string."""
        ...


S = TypeVar("S", bound=Scheduled)


def last_chain(by_urn: Mapping[str, S]) -> tuple[S, ...]:
    """What leads to the one that is there last, first to last; nothing where there is none."""
    if not by_urn:
        return ()
    chain = [max(by_urn.values(), key=lambda one: one.finish)]
    while chain[-1].after:
        chain.append(by_urn[chain[-1].after])
    return tuple(reversed(chain))


@dataclass(frozen=True)
class Timeline:
    """The steps of a bring-up, in the order of the plan."""

    steps: tuple[Step, ...]

    @cached_property
    def by_urn(self) -> Mapping[str, Step]:
        """The steps by their resource's URN."""
        return {step.resource.urn: step for step in self.steps}

    @property
    def seconds(self) -> float:
        """From the start to the last resource."""
        return max((step.finish for step in self.steps), default=0)

    @property
    def critical_path(self) -> tuple[Step, ...]:
        """The chain that the whole waits for, first to last; steps that take no time are left out."""
        return tuple(step for step in self.whole_path if step.seconds)

    @cached_property
    def whole_path(self) -> tuple[Step, ...]:
        """The same chain with the steps that take no time."""
        return last_chain(self.by_urn)

    def seconds_if(self, urn: str, start: float) -> float:
        """How long the whole would take if one resource started at another time."""
        known = {step.resource.urn: step.resource for step in self.steps}
        finish: dict[str, float] = {}
        for step in self.steps:
            begin = max((finish[other] for other in needs(step.resource, known)), default=0)
            finish[step.resource.urn] = (start if step.resource.urn == urn else begin) + step.seconds
        return max(finish.values(), default=0)


def predict(plan: Plan, durations: Durations) -> Timeline:
    """Schedule every resource as soon as all that it needs is there, as the engine does without a limit."""
    known = {resource.urn: resource for resource in plan.resources}
    needed = {resource.urn: sorted(needs(resource, known)) for resource in plan.resources}
    start: dict[str, float] = {}
    finish: dict[str, float] = {}
    after: dict[str, str] = {}
    for resource in plan.resources:
        last = max(needed[resource.urn], key=lambda urn: finish[urn], default="")
        after[resource.urn] = last
        start[resource.urn] = finish.get(last, 0)
        finish[resource.urn] = start[resource.urn] + durations.of(resource)
    latest = _latest(needed, start, finish)
    return Timeline(
        tuple(
            Step(
                item, start[item.urn], finish[item.urn], after[item.urn], latest[item.urn] - finish[item.urn]
            )
            for item in plan.resources
        )
    )


def _latest(
    needed: Mapping[str, Sequence[str]], start: Mapping[str, float], finish: Mapping[str, float]
) -> Mapping[str, float]:
    """The latest moment at which each resource may be there without delaying the whole."""
    latest = dict.fromkeys(finish, max(finish.values(), default=0))
    for urn in reversed(list(finish)):
        begin = latest[urn] - (finish[urn] - start[urn])
        for other in needed[urn]:
            latest[other] = min(latest[other], begin)
    return latest
