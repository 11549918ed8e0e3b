"""The command line: ``python -m oneup.rehearsal [STACK …]``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult
from oneup.rehearsal.side_by_side import rehearse_in_parallel
from oneup.rehearsal.terminal import print_result, terminal


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks to rehearse; default: all.")] = None,
    durations: Annotated[
        Path | None, typer.Option(help="JSON file with durations in seconds.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Run the program for each stack, write build/<stack>/ and print a summary.

    Exit status 1 if the program fails or a mandatory rule is violated.
    """
    root = Path.cwd()
    known = stack_names(root)
    console = terminal()
    for name in sorted(set(stacks or ()) - set(known)):
        console.print(f"there is no Pulumi.{name}.yaml; the stacks are {', '.join(known)}", style="red")
        raise typer.Exit(1)
    _check(durations)
    outcomes = _rehearse([RehearsalRequest(root, name, durations) for name in stacks or known], console)
    for outcome in outcomes:
        print_result(outcome, console)
    raise typer.Exit(int(any(outcome.failed for outcome in outcomes)))


def stack_names(root: Path) -> list[str]:
    """The stacks of a project: one for each ``Pulumi.<stack>.yaml``."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in root.glob("Pulumi.*.yaml")
    )


def _check(durations: Path | None) -> None:
    """Validate the durations file before any rehearsal."""
    if durations:
        from oneup.rehearsal.durations import durations as read

        try:
            read(durations)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--durations") from None


def _rehearse(requests: Sequence[RehearsalRequest], console: Console) -> list[RehearsalResult]:
    waiting = [request.stack for request in requests]

    def done(outcome: RehearsalResult) -> None:
        waiting.remove(outcome.stack)
        status.update(f"rehearsing {', '.join(waiting)}")

    with console.status(f"rehearsing {', '.join(waiting)}") as status:
        return rehearse_in_parallel(requests, done)
