"""What happens in each minute of the bring-up."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneup.rehearsal.timeline import Step, Timeline

MINUTE = 60.0


@dataclass(frozen=True)
class Interval:
    """Consecutive minutes with the same critical steps."""

    first: int
    last: int
    waiting_for: tuple[Step, ...]
    """The steps of the critical path in these minutes."""

    concurrent: tuple[Step, ...]
    """All other steps in these minutes, longest first."""

    def share(self, step: Step) -> float:
        """The seconds of these minutes that a step takes."""
        return min(step.finish, (self.last + 1) * MINUTE) - max(step.start, self.first * MINUTE)


def intervals(timeline: Timeline) -> Sequence[Interval]:
    """All minutes, grouped by the critical steps."""
    chain = timeline.critical_path
    found: list[Interval] = []
    for minute in range(int(-(-timeline.seconds // MINUTE))):
        waiting = tuple(step for step in chain if _in(step, minute, minute))
        if found and found[-1].waiting_for == waiting:
            found[-1] = _span(timeline, (found[-1].first, minute), waiting)
        else:
            found.append(_span(timeline, (minute, minute), waiting))
    return found


def _span(timeline: Timeline, minutes: tuple[int, int], waiting: tuple[Step, ...]) -> Interval:
    first, last = minutes
    beside = [
        step for step in timeline.steps if step.seconds and step not in waiting and _in(step, first, last)
    ]
    beside.sort(key=lambda step: (-step.seconds, step.resource.urn))
    return Interval(first, last, waiting, tuple(beside))


def _in(step: Step, first: int, last: int) -> bool:
    """Whether a step overlaps these minutes."""
    return step.start < (last + 1) * MINUTE and step.finish > first * MINUTE
