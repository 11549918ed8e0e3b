"""The predicted bring-up: when each resource starts and completes, limited only by dependencies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from oneup.plan import Plan, Resource
from oneup.rehearsal.durations import Durations
from oneup.rehearsal.order import direct_dependencies


@dataclass(frozen=True)
class Step:
    """One resource on the time axis; seconds from the start of ``pulumi up``."""

    resource: Resource
    start: float
    finish: float
    after: str
    """URN of the dependency that completed last, or an empty string; following it leads to the critical path."""

    slack: float
    """Seconds by which it could be delayed without delaying the bring-up."""

    @property
    def seconds(self) -> float:
        """Its own duration."""
        return self.finish - self.start

    @property
    def critical(self) -> bool:
        """Whether it is on the critical path."""
        return self.slack < 0.001


class Scheduled(Protocol):
    """Something with a finish time and a predecessor."""

    @property
    def finish(self) -> float:
        """Seconds from the start until it is complete."""
        ...

    @property
    def after(self) -> str:
        """URN of the predecessor, or an empty string."""
        ...


S = TypeVar("S", bound=Scheduled)


def critical_chain(by_urn: Mapping[str, S]) -> tuple[S, ...]:
    """The chain that ends with the last one; empty if there is none."""
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
        """The critical path, without steps of zero duration."""
        return tuple(step for step in self.full_critical_path if step.seconds)

    @cached_property
    def full_critical_path(self) -> tuple[Step, ...]:
        """The critical path, including steps of zero duration."""
        return critical_chain(self.by_urn)

    def seconds_if(self, urn: str, start: float) -> float:
        """The total duration if one resource started at another time."""
        known = {step.resource.urn: step.resource for step in self.steps}
        finish: dict[str, float] = {}
        for step in self.steps:
            begin = max((finish[other] for other in direct_dependencies(step.resource, known)), default=0)
            finish[step.resource.urn] = (start if step.resource.urn == urn else begin) + step.seconds
        return max(finish.values(), default=0)


def predict(plan: Plan, durations: Durations) -> Timeline:
    """Schedule every resource as soon as its dependencies are complete, with unlimited parallelism."""
    known = {resource.urn: resource for resource in plan.resources}
    needed = {resource.urn: sorted(direct_dependencies(resource, known)) for resource in plan.resources}
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
    """The latest finish time of each resource that does not delay the bring-up."""
    latest = dict.fromkeys(finish, max(finish.values(), default=0))
    for urn in reversed(list(finish)):
        begin = latest[urn] - (finish[urn] - start[urn])
        for other in needed[urn]:
            latest[other] = min(latest[other], begin)
    return latest
