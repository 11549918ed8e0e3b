"""The predicted bring-up as a Gantt chart, with the critical path highlighted."""

from collections.abc import Mapping, Sequence
from typing import Final

from oneup.plan import Json
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.report.figure import INK, MUTED, RULE, Spec, faint, figure, plain
from oneup.rehearsal.report.parts import short_type
from oneup.rehearsal.timeline import Step, Timeline

LONG: Final = 10.0
"""Seconds from which a step counts as long."""

TICKS: Final = (15, 30, 60, 120, 300, 600)
"""Distances that the time axis may have between its marks, seconds."""

LABEL: Final = 42
"""Letters that fit above a bar on a phone."""

WIDE_ROW: Final = 22
NARROW_ROW: Final = 42
"""Pixels of a row; on a phone the label stands above its bar."""


def views(timeline: Timeline) -> Mapping[str, Sequence[Step]]:
    """The selectable sets of steps, each in order of time."""
    path = timeline.critical_path
    running = [step for step in timeline.steps if step.seconds]
    running.sort(key=lambda step: (step.start, step.finish, step.resource.urn))
    long = [step for step in running if step.seconds >= LONG or step in path]
    return {"The critical path": path, f"Steps of at least {LONG:.0f} s": long, "Every step": running}


def wide(steps: Sequence[Step], timeline: Timeline) -> Spec:
    """Labels at the left, durations at the end of the bars."""
    names = [f"{plain(step.resource.name)} {faint(short_type(step.resource))}" for step in steps]
    axis: Spec = {"tickvals": list(range(len(steps))), "ticktext": names, "automargin": True}
    bars = [_bars(steps, timeline, critical, "outside") for critical in (False, True)]
    layout: Spec = {
        "height": 70 + WIDE_ROW * len(steps),
        "margin": {"l": 8, "r": 72, "t": 40, "b": 10},
        "xaxis": _time_axis(timeline, 12),
        "yaxis": {**_rows(len(steps)), **axis, "ticks": "", "ticklabelstandoff": 10},
    }
    return figure(bars, {**layout, "bargap": 0.35, "barmode": "overlay"})


def narrow(steps: Sequence[Step], timeline: Timeline) -> Spec:
    """Labels above the bars."""
    bars = [_bars(steps, timeline, critical, "none") for critical in (False, True)]
    late = [step.start > timeline.seconds / 2 for step in steps]
    labels: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": [step.finish if right else step.start for step, right in zip(steps, late, strict=True)],
        "y": [row - 0.28 for row in range(len(steps))],
        "text": [_short(step) for step in steps],
        "textposition": ["middle left" if right else "middle right" for right in late],
        "textfont": {"color": INK, "size": 12},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    layout: Spec = {
        "height": 60 + NARROW_ROW * len(steps),
        "margin": {"l": 6, "r": 10, "t": 40, "b": 10},
        "xaxis": _time_axis(timeline, 5),
        "yaxis": {**_rows(len(steps)), "showticklabels": False},
    }
    return figure([*bars, labels], {**layout, "bargap": 0.68, "barmode": "overlay"})


def _bars(steps: Sequence[Step], timeline: Timeline, critical: bool, position: str) -> Spec:
    path = {step.resource.urn for step in timeline.critical_path}
    rows = [(row, step) for row, step in enumerate(steps) if (step.resource.urn in path) is critical]
    colour = "var(--signal)" if critical else "var(--step)"
    return {
        "type": "bar",
        "orientation": "h",
        "y": [row + (0.2 if position == "none" else 0) for row, _ in rows],
        "base": [step.start for _, step in rows],
        "x": [step.seconds for _, step in rows],
        "marker": {"color": colour, "line": {"color": colour, "width": 1}},
        "text": [format_duration(step.seconds) for _, step in rows],
        "textposition": position,
        "textfont": {"color": MUTED},
        "cliponaxis": False,
        "hovertext": [_said(step) for _, step in rows],
        "hoverinfo": "text",
    }


def _short(step: Step) -> str:
    """A label for a narrow page: the kind only where there is room."""
    name, what, time = step.resource.name, short_type(step.resource), format_duration(step.seconds)
    rest = f"{what}, {time}" if len(name + what + time) <= LABEL else time
    return f"{plain(name)} {faint(rest)}"


def _said(step: Step) -> str:
    resource = step.resource
    slack = "on the critical path" if step.critical else f"slack {format_duration(step.slack)}"
    return "<br>".join(
        (
            f"<b>{plain(resource.name)}</b> {plain(short_type(resource))}",
            f"{format_duration(step.seconds)}, from {format_duration(step.start)} to {format_duration(step.finish)}",
            slack,
        )
    )


def _rows(count: int) -> Spec:
    return {"range": [count - 0.4, -0.6], "fixedrange": True, "zeroline": False, "showgrid": False}


def _time_axis(timeline: Timeline, marks: int) -> Spec:
    apart = next((tick for tick in TICKS if timeline.seconds / tick <= marks), TICKS[-1])
    values: list[Json] = list(range(0, int(timeline.seconds) + apart, apart))
    return {
        "side": "top",
        "range": [0, max(timeline.seconds, 1)],
        "tickvals": values,
        "ticktext": [format_duration(value) if isinstance(value, int) and value else "0" for value in values],
        "fixedrange": True,
        "gridcolor": RULE,
        "zeroline": False,
        "tickfont": {"color": MUTED},
    }
