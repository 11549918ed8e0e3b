"""``python -m oneup.preflight COMMAND STACK``: exit status 1 if Pulumi must not run."""

from pathlib import Path

import typer
from rich.console import Console
from rich.text import Text

from oneup.preflight import Command, Finding, PlannedCommand, run_checks


def main(command: Command, stack: str) -> None:
    """Check everything that COMMAND on STACK needs."""
    console = Console(stderr=True, soft_wrap=True)
    findings = run_checks(PlannedCommand(command, stack, Path.cwd()))
    for finding in sorted(findings, key=lambda finding: finding.blocking):
        console.print(describe(finding))
    if any(finding.blocking for finding in findings):
        raise typer.Exit(1)


def describe(finding: Finding) -> Text:
    """A finding on two lines: the problem and the fix."""
    mark, style = ("error", "bold red") if finding.blocking else ("warning", "yellow")
    return Text.assemble((f"{mark}: ", style), finding.problem, "\n  ", (finding.fix, "bold"))


if __name__ == "__main__":
    typer.run(main)
