"""The chain of the lower bound next to the critical path."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.lower_bound import LowerBound
from oneup.rehearsal.report.tree import Tree
from oneup.rehearsal.timeline import Timeline

NO_PREDECESSOR: Final = "no dependencies"
ONLY_EXPLICIT: Final = "explicit dependency only"


@dataclass(frozen=True)
class Row:
    """A step of a chain."""

    urn: str
    seconds: float
    since: float
    """Seconds from the start until it is complete."""

    why: str
    """Why it cannot start before the step above is complete."""


def lower_bound_rows(least: LowerBound) -> Sequence[Row]:
    """The chain of the lower bound; its seconds add up to the total."""
    return [
        Row(link.resource.urn, link.seconds, link.finish, link.reason or NO_PREDECESSOR)
        for link in least.chain
    ]


def predicted_rows(timeline: Timeline, least: LowerBound) -> Sequence[Row]:
    """The critical path, with the reason of each wait; its seconds add up to the total."""
    return [
        Row(
            step.resource.urn,
            step.seconds,
            step.finish,
            (least.reason(step.resource.urn, step.after) or ONLY_EXPLICIT) if step.start else NO_PREDECESSOR,
        )
        for step in timeline.critical_path
    ]


def chains(timeline: Timeline, least: LowerBound, tree: Tree) -> str:
    """Both chains side by side, and the delays that explain the difference."""
    more = timeline.seconds - least.seconds
    share = f"{100 * more / least.seconds:.1f} %" if least.seconds else "nothing"
    said = (
        f"<p>The predicted bring-up takes {format_duration(timeline.seconds)}. The lower bound is "
        f"{format_duration(least.seconds)}: each of its steps needs the one above it, because of an input "
        f"or a constraint. The plan takes {format_duration(more)} longer ({share}).</p>"
    )
    waits = "".join(
        f"<li>{delay.describe(lambda one: tree.link(one.urn))}</li>"
        for delay in least.significant_delays(timeline)
    )
    listed = f"<ul>{waits}</ul>" if waits else ""
    both = (
        ("Lower bound", lower_bound_rows(least), least.seconds),
        ("Predicted", predicted_rows(timeline, least), timeline.seconds),
    )
    tables = "".join(_table(title, rows, total, tree) for title, rows, total in both)
    return f'{said}{listed}<div class="chains">{tables}</div>'


def _table(title: str, rows: Sequence[Row], total: float, tree: Tree) -> str:
    heads = "".join(
        f'<th scope="col">{head}</th>' for head in ("Step", "Duration", "Complete after", "Waits because")
    )
    body = "".join(_row(row, tree) for row in rows)
    return (
        f'<div class="scroll"><table class="chain"><caption>{title}</caption><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody><tfoot><tr><th scope='row'>Total</th>"
        f"<td class='time'>{format_duration(total)}</td><td></td><td></td></tr></tfoot></table></div>"
    )


def _row(row: Row, tree: Tree) -> str:
    times = "".join(
        f"<td class='time'>{format_duration(seconds)}</td>" for seconds in (row.seconds, row.since)
    )
    return f"<tr><th scope='row'>{tree.link(row.urn)}</th>{times}<td>{escape(row.why)}</td></tr>"
