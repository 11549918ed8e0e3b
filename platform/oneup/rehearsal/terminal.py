"""The terminal output of a rehearsal."""

from collections.abc import Mapping
from itertools import islice
from typing import Final, TextIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oneup.policy import Severity
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.outcome import RehearsalResult

SHOWN_TYPES: Final = 8
"""Number of resource types shown per package."""


def terminal(file: TextIO | None = None) -> Console:
    """A console without highlighting and emoji codes: ``oneup:a:`` stays as it is."""
    return Console(highlight=False, emoji=False, file=file)


def print_result(outcome: RehearsalResult, console: Console) -> None:
    """Print one stack: its resources, addons, predicted bring-up, warnings and findings."""
    if outcome.error:
        console.print(f"[bold red]✗ {outcome.stack}[/]")
        console.print(escape(outcome.error), soft_wrap=True)
        return
    mark = "[bold red]✗" if outcome.failed else "[bold green]✓"
    console.print(f"{mark} {outcome.stack}[/]  [dim]build/{outcome.stack}/report.html[/]")
    console.print(_summary(outcome))
    for warning in outcome.warnings:
        console.print(f"    [yellow]warning[/] {escape(warning)}", soft_wrap=True)
    for finding in outcome.violations:
        colour = "red" if finding.severity is Severity.MANDATORY else "yellow"
        console.print(f"    [{colour}]{finding.severity} {finding.rule}[/] {finding.urn}", soft_wrap=True)
        console.print(f"      {escape(finding.message)}", soft_wrap=True)


def _summary(outcome: RehearsalResult) -> Table:
    table = Table.grid(padding=(0, 2))
    total = sum(sum(counts.values()) for counts in outcome.resource_counts.values())
    table.add_row("  resources", str(total))
    for package, counts in outcome.resource_counts.items():
        table.add_row(f"    {package}", f"{sum(counts.values())}: {_listed(counts)}")
    table.add_row("  addons", ", ".join(outcome.addons) or "none")
    if outcome.capacity:
        table.add_row("  capacity", "\n".join(outcome.capacity))
    table.add_row(
        "  bring-up",
        f"{format_duration(outcome.seconds)} predicted, lower bound {format_duration(outcome.lower_bound)}",
    )
    chain = " → ".join(f"{name} {format_duration(seconds)}" for name, seconds in outcome.critical_path)
    table.add_row("  critical path", chain or "none")
    if outcome.delays:
        table.add_row("  delays", "\n".join(outcome.delays))
    table.add_row("  findings", str(len(outcome.violations)) if outcome.violations else "none")
    return table


def _listed(counts: Mapping[str, int]) -> str:
    """The most frequent resource types; the report has all."""
    first = [f"{count} {kind}" for kind, count in islice(counts.items(), SHOWN_TYPES)]
    more = len(counts) - len(first)
    return ", ".join(first) + (f", {more} more types" if more else "")
