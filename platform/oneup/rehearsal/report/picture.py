"""The bring-up as an SVG picture, with a lane per part of the stack."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from oneup.plan import Plan
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.report.parts import is_real, parts
from oneup.rehearsal.timeline import Step, Timeline

WIDTH: Final = 960
LABELS: Final = 232
"""Pixels of the picture, and of the names at its left."""

END: Final = 84
TOP: Final = 104
LANE: Final = 22
BAR: Final = 12
MINUTES_APART: Final = 2

STYLE: Final = """
text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;fill:#14181f}
.title{font-size:20px;font-weight:600}.soft{fill:#566070}.grid{stroke:#d9dee5}
.lane{fill:#e6eaf0}.step{fill:#9aa8ba}.path{fill:#c2410c}.back{fill:#fff}
@media (prefers-color-scheme:dark){text{fill:#e8ebf0}.soft{fill:#9ba6b5}.grid{stroke:#2d3540}
.lane{fill:#222934}.step{fill:#5b6b80}.path{fill:#fb8c4a}.back{fill:#0e1116}}
"""


@dataclass(frozen=True)
class Lane:
    """A part of the stack on the time axis."""

    name: str
    steps: tuple[Step, ...]

    @property
    def busy(self) -> float:
        """Seconds in which at least one of its steps runs."""
        total, until = 0.0, 0.0
        for step in sorted(self.steps, key=lambda step: step.start):
            total += max(step.finish - max(step.start, until), 0)
            until = max(until, step.finish)
        return total

    def begins(self, urgent: Collection[str]) -> float:
        """When its first critical step starts, or else its longest step."""
        waited_for = [step.start for step in self.steps if step.resource.urn in urgent]
        return min(waited_for, default=max(self.steps, key=lambda step: step.seconds).start)

    @property
    def start(self) -> float:
        """When its first step starts."""
        return min(step.start for step in self.steps)

    @property
    def finish(self) -> float:
        """When its last step is complete."""
        return max(step.finish for step in self.steps)


def lanes(plan: Plan, timeline: Timeline) -> Sequence[Lane]:
    """The parts with a duration, by the start of their critical steps."""
    found = [
        Lane(part.top.name, steps)
        for part in parts(plan)
        if (steps := tuple(step for one in part.resources if (step := timeline.by_urn[one.urn]).seconds))
    ]
    urgent = {step.resource.urn for step in timeline.critical_path}
    return sorted(found, key=lambda lane: (lane.begins(urgent), lane.finish, lane.name))


def picture(plan: Plan, timeline: Timeline) -> str:
    """The picture as SVG for light and dark themes; deterministic."""
    drawn = lanes(plan, timeline)
    height = TOP + LANE * len(drawn) + 16
    count = sum(map(is_real, plan.resources))
    title = f"{plan.stack}: {count} resources in {format_duration(timeline.seconds)}, predicted"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"',
            f' height="{height}" role="img" aria-labelledby="t"><title id="t">{escape(title)}</title>',
            f'<style>{STYLE}</style><rect class="back" width="{WIDTH}" height="{height}" rx="8"/>',
            f'<text class="title" x="16" y="32">{escape(title)}</text>{_legend()}',
            *_grid(timeline, height),
            *(part for row, lane in enumerate(drawn) for part in _lane(lane, TOP + LANE * row, timeline)),
            "</svg>\n",
        )
    )


def _legend() -> str:
    words = "critical path: a delay there delays the whole bring-up"
    return (
        f'<rect class="path" x="16" y="46" width="12" height="{BAR}" rx="2"/>'
        f'<text class="soft" x="34" y="56">{words}</text>'
    )


def _across(seconds: float, timeline: Timeline) -> float:
    """The x coordinate of a time."""
    return round(LABELS + (WIDTH - LABELS - END) * seconds / max(timeline.seconds, 1), 1)


def _grid(timeline: Timeline, height: int) -> Iterator[str]:
    for minute in range(0, int(timeline.seconds // 60) + 1, MINUTES_APART):
        x = _across(minute * 60, timeline)
        yield f'<path class="grid" d="M{x} {TOP - 12}V{height - 12}"/>'
        yield f'<text class="soft" x="{x}" y="{TOP - 18}" text-anchor="middle">{minute} min</text>'


def _lane(lane: Lane, top: int, timeline: Timeline) -> Iterator[str]:
    middle, path = top + LANE / 2, timeline.critical_path
    yield f'<text x="{LABELS - 12}" y="{middle + 4:g}" text-anchor="end">{escape(lane.name)}</text>'
    begin, end = _across(lane.start, timeline), _across(lane.finish, timeline)
    yield _bar("lane", begin, end, middle)
    for step in sorted(lane.steps, key=lambda step: step in path):
        begin, until = _across(step.start, timeline), _across(step.finish, timeline)
        yield _bar("path" if step in path else "step", begin, until, middle)
    x = end + 6
    yield f'<text class="soft" x="{x:g}" y="{middle + 4:g}">{format_duration(lane.busy)}</text>'


def _bar(name: str, start: float, finish: float, middle: float) -> str:
    width = max(round(finish - start, 1), 1.5)
    return (
        f'<rect class="{name}" x="{start}" y="{middle - BAR / 2:g}" width="{width}" height="{BAR}" rx="2"/>'
    )
