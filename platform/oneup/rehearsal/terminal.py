"""What a rehearsal says in the terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oneup.policy import Severity
from oneup.rehearsal.clock import clock
from oneup.rehearsal.outcome import Outcome


def show(outcome: Outcome, console: Console) -> None:
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
    for finding in outcome.findings:
        colour = "red" if finding.severity is Severity.MANDATORY else "yellow"
        console.print(f"    [{colour}]{finding.severity} {finding.rule}[/] {finding.urn}", soft_wrap=True)
        console.print(f"      {escape(finding.message)}", soft_wrap=True)


def _summary(outcome: Outcome) -> Table:
    table = Table.grid(padding=(0, 2))
    total = sum(sum(counts.values()) for counts in outcome.kinds.values())
    table.add_row("  resources", str(total))
    for package, counts in outcome.kinds.items():
        listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
        table.add_row(f"    {package}", f"{sum(counts.values())}: {listed}")
    table.add_row("  addons", ", ".join(outcome.addons) or "none")
    if outcome.capacity:
        table.add_row("  capacity", "\n".join(outcome.capacity))
    table.add_row("  bring-up", f"{clock(outcome.seconds)} predicted")
    chain = " → ".join(f"{name} {clock(seconds)}" for name, seconds in outcome.critical_path)
    table.add_row("  waits for", chain or "nothing")
    table.add_row("  findings", str(len(outcome.findings)) if outcome.findings else "none")
    return table
