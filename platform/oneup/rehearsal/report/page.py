"""The report page: a single file that needs no network."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template
from typing import Final

from oneup.plan import Json, Plan
from oneup.policy import RULES, Severity, Violation
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.lower_bound import LowerBound
from oneup.rehearsal.report.chains import chains
from oneup.rehearsal.report.charts import charts
from oneup.rehearsal.report.minutes import Interval, intervals
from oneup.rehearsal.report.parts import is_real
from oneup.rehearsal.report.tree import Tree
from oneup.rehearsal.timeline import Step, Timeline

VISIBLE_VIOLATIONS: Final = 5
"""Number of violations of a rule that are shown without expanding."""


@dataclass(frozen=True)
class Report:
    """The results of a rehearsal."""

    plan: Plan
    timeline: Timeline
    lower_bound: LowerBound
    violations: Sequence[Violation]

    def html(self) -> bytes:
        """The page in UTF-8; the same report gives the same bytes."""
        tree = Tree(self.plan, self.timeline)
        parts = {
            "stack": escape(self.plan.stack),
            "style": _read("page.css"),
            "verdict": _verdict(self.violations),
            "figures": _figures(self),
            "findings": _findings(self.violations, tree),
            "rules": _rules(),
            "rule_count": len(RULES),
            "chains": chains(self.timeline, self.lower_bound, tree),
            "minutes": _minutes(intervals(self.timeline), tree),
            "tree": tree.html(),
            "count": sum(map(is_real, self.plan.resources)),
            "data": _embedded(charts(self.plan, self.timeline, tree.number)),
            "script": _read("page.js"),
        }
        # Plotly's five megabytes stay bytes: as a string they take twice the memory.
        before, after = _read("page.html").split("$plotly")
        plotly = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
        return b"".join(
            (Template(before).substitute(parts).encode(), plotly, Template(after).substitute(parts).encode())
        )


def _read(name: str) -> str:
    return files(__package__ or "").joinpath(name).read_text("utf-8")


def _embedded(data: Json) -> str:
    """JSON escaped for a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _verdict(found: Sequence[Violation]) -> str:
    stops = sum(one.severity is Severity.MANDATORY for one in found)
    if stops:
        return f'<p class="verdict bad">{_count(stops, "violation blocks", "violations block")} this deployment.</p>'
    advice = f" {_count(len(found), 'advisory violation', 'advisory violations')}." if found else ""
    return f'<p class="verdict good">All {len(RULES)} rules pass.{advice}</p>'


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _figures(report: Report) -> str:
    """The key figures."""
    path = report.timeline.critical_path
    longest = max(path, key=lambda step: step.seconds, default=None)
    numbers = [
        ("Resources", str(sum(map(is_real, report.plan.resources)))),
        ("Predicted bring-up", format_duration(report.timeline.seconds)),
        ("Lower bound", format_duration(report.lower_bound.seconds)),
        ("Critical steps", str(len(path))),
        (
            "Longest step",
            f"{escape(longest.resource.name)}, {format_duration(longest.seconds)}" if longest else "none",
        ),
    ]
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in numbers)


def _findings(found: Sequence[Violation], tree: Tree) -> str:
    """The violations, grouped by rule."""
    if not found:
        return '<p class="none">No violations.</p>'
    together: dict[str, list[Violation]] = {}
    for one in found:
        together.setdefault(one.rule, []).append(one)
    return f'<ul class="findings">{"".join(_broken(rule, tree) for rule in together.values())}</ul>'


def _broken(found: Sequence[Violation], tree: Tree) -> str:
    """A rule with its violations; the first few are shown, the others can be expanded."""
    name, severity = found[0].rule, found[0].severity
    sentence = next((rule.description for rule in RULES if rule.id == name), "")
    places = [
        f"<li>{tree.link(one.urn) + ': ' if one.urn else ''}{escape(one.message)}</li>" for one in found
    ]
    shown, rest = "".join(places[:VISIBLE_VIOLATIONS]), "".join(places[VISIBLE_VIOLATIONS:])
    more = (
        f"<details><summary>{len(places) - VISIBLE_VIOLATIONS} more</summary><ul>{rest}</ul></details>"
        if rest
        else ""
    )
    return (
        f'<li class="{severity}"><p><strong>{severity}</strong> {escape(sentence)}'
        f" <code>{escape(name)}</code></p><ul>{shown}</ul>{more}</li>"
    )


def _rules() -> str:
    return "".join(
        f"<tr><th scope='row'><code>{rule.id}</code></th><td>{escape(rule.description)}</td>"
        f"<td>{escape(', '.join((*rule.controls, *rule.incidents)))}</td></tr>"
        for rule in RULES
    )


def _minutes(found: Sequence[Interval], tree: Tree) -> str:
    return "".join(
        f"<tr><th scope='row'>{_range(span)}</th><td>{_waiting_for(span, tree)}</td>"
        f"<td>{_others(span.concurrent, tree)}</td></tr>"
        for span in found
    )


def _range(span: Interval) -> str:
    return str(span.first + 1) if span.first == span.last else f"{span.first + 1} to {span.last + 1}"


def _waiting_for(span: Interval, tree: Tree) -> str:
    """The steps of the critical path, with the time that each takes of these minutes."""
    return ", ".join(
        f"{tree.link(step.resource.urn)} <span class='time'>{format_duration(span.share(step))}</span>"
        for step in span.waiting_for
    )


def _others(steps: Sequence[Step], tree: Tree) -> str:
    """The longest steps by name, the rest as a count."""
    named = ", ".join(tree.link(step.resource.urn) for step in steps[:4])
    return f"{named} and {len(steps) - 4} more" if len(steps) > 4 else named or "nothing"
