"""The results of rehearsals, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from rich.console import Console
from rich.markup import escape

from oneup.cli.console import Json, print_rows, results
from oneup.policy import Severity
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.outcome import RehearsalResult

SHOWN_TYPES: Final = 8
"""Number of resource types shown per package."""


def print_results(
    outcomes: Sequence[RehearsalResult], *, detailed: bool, seconds: float, console: Console | None = None
) -> None:
    """Print each stack with its warnings and findings, and a closing line over all."""
    console = console or results()
    for outcome in outcomes:
        print_result(outcome, console, detailed=detailed)
    if len(outcomes) > 1:
        console.print(_closing(outcomes, seconds))


def print_result(outcome: RehearsalResult, console: Console, *, detailed: bool) -> None:
    """Print one stack: in one line or with its details, then warnings and findings."""
    mark = "[bold red]✗" if outcome.failed else "[bold green]✓"
    if outcome.error:
        console.print(f"{mark} {outcome.stack}[/]")
        console.print(escape(outcome.error))
        return
    figures = "" if detailed else f"  {', '.join(_figures(outcome))}"
    console.print(f"{mark} {outcome.stack}[/]{figures}  [dim]{_report(outcome)}[/]")
    if detailed:
        print_rows(list(_details(outcome)), console)
    for warning in outcome.warnings:
        console.print(f"    [yellow]warning[/] {escape(warning)}")
    for finding in outcome.violations:
        colour = "red" if finding.severity is Severity.MANDATORY else "yellow"
        console.print(f"    [{colour}]{finding.severity} {finding.rule}[/] {finding.urn}")
        console.print(f"      {escape(finding.message)}")


def _report(outcome: RehearsalResult) -> str:
    return f"build/{outcome.stack}/report.html"


def _figures(outcome: RehearsalResult) -> Iterator[str]:
    yield _count(outcome.resources, "resource")
    yield _count(len(outcome.addons), "addon")
    yield f"{format_duration(outcome.seconds)} predicted"
    if outcome.violations:
        yield _count(len(outcome.violations), "finding")


def _details(outcome: RehearsalResult) -> Iterator[tuple[str, str]]:
    yield "  resources", str(outcome.resources)
    for package, counts in outcome.resource_counts.items():
        yield f"    {package}", f"{sum(counts.values())}: {_listed(counts)}"
    yield "  addons", f"{len(outcome.addons)}: {', '.join(outcome.addons)}" if outcome.addons else "none"
    if outcome.capacity:
        yield "  capacity", "\n".join(outcome.capacity)
    bound = format_duration(outcome.lower_bound)
    yield "  bring-up", f"{format_duration(outcome.seconds)} predicted, lower bound {bound}"
    chain = " → ".join(f"{name} {format_duration(seconds)}" for name, seconds in outcome.critical_path)
    yield "  critical path", chain or "none"
    if outcome.delays:
        yield "  delays", "\n".join(outcome.delays)
    yield "  findings", str(len(outcome.violations)) if outcome.violations else "none"


def _listed(counts: Mapping[str, int]) -> str:
    """The most frequent resource types; the report has all."""
    first = [f"{count} {kind}" for kind, count in islice(counts.items(), SHOWN_TYPES)]
    more = len(counts) - len(first)
    return ", ".join(first) + (f", {more} more types" if more else "")


def _closing(outcomes: Sequence[RehearsalResult], seconds: float) -> str:
    """Whether all is well; if not, where it is not."""
    failed = [outcome.stack for outcome in outcomes if outcome.failed]
    findings = sum(len(outcome.violations) for outcome in outcomes)
    warnings = sum(len(outcome.warnings) for outcome in outcomes)
    counts = [
        _count(number, word) for number, word in ((findings, "finding"), (warnings, "warning")) if number
    ]
    verdict = (
        f"[bold red]{len(failed)} of {len(outcomes)} stacks fail: {', '.join(failed)}[/]"
        if failed
        else f"[bold green]{len(outcomes)} stacks pass[/]"
    )
    return ", ".join([verdict, *counts, f"{seconds:.0f} s"])


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def as_document(outcomes: Sequence[RehearsalResult]) -> Json:
    """What ``--json`` prints."""
    return {"stacks": [_as_json(outcome) for outcome in outcomes]}


def _as_json(outcome: RehearsalResult) -> Json:
    if outcome.error:
        return {"stack": outcome.stack, "passed": False, "error": outcome.error}
    return {
        "stack": outcome.stack,
        "passed": not outcome.failed,
        "report": _report(outcome),
        "resources": outcome.resources,
        "resourceTypes": outcome.resource_counts,
        "addons": outcome.addons,
        "capacity": outcome.capacity,
        "bringUp": {
            "seconds": outcome.seconds,
            "lowerBoundSeconds": outcome.lower_bound,
            "criticalPath": [{"name": name, "seconds": seconds} for name, seconds in outcome.critical_path],
            "delays": outcome.delays,
        },
        "warnings": outcome.warnings,
        "findings": [
            {"rule": each.rule, "severity": each.severity, "urn": each.urn, "message": each.message}
            for each in outcome.violations
        ],
    }
