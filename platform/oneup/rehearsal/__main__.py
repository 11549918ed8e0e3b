"""``python -m oneup.rehearsal [STACK …]``: the whole platform rehearsed without a cloud."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from oneup.rehearsal.durations import durations as read_durations
from oneup.rehearsal.stack import Outcome, Request, rehearse_stack
from oneup.rehearsal.terminal import show


def main(
    stacks: Annotated[list[str] | None, typer.Argument(help="Stacks; all where none is named.")] = None,
    durations: Annotated[
        Path | None, typer.Option(help="JSON file of durations, seconds.", exists=True, dir_okay=False)
    ] = None,
) -> None:
    """Run the program for each stack, write build/<stack>/ and say what was found.

    Exit status 1 where the program fails or a mandatory rule is broken.
    """
    root = Path.cwd()
    try:
        seconds = read_durations(durations)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    known = stack_names(root)
    chosen = stacks or known
    console = Console(highlight=False)
    for name in sorted(set(chosen) - set(known)):
        console.print(f"there is no Pulumi.{name}.yaml; the stacks are {', '.join(known)}", style="red")
        raise typer.Exit(1)
    outcomes = rehearse_all([Request(root, name, seconds) for name in chosen], console)
    for outcome in outcomes:
        show(outcome, console)
    raise typer.Exit(int(any(outcome.failed for outcome in outcomes)))


def stack_names(root: Path) -> list[str]:
    """The stacks of a project: one for each ``Pulumi.<stack>.yaml``."""
    return sorted(path.name.split(".")[1] for path in root.glob("Pulumi.*.yaml"))


def rehearse_all(requests: list[Request], console: Console) -> list[Outcome]:
    """Rehearse side by side, each stack in a process of its own; the outcomes in the order asked for."""
    spawn = multiprocessing.get_context("spawn")
    workers = min(len(requests), os.cpu_count() or 1)
    outcomes: dict[str, Outcome] = {}
    with (
        ProcessPoolExecutor(workers, mp_context=spawn, max_tasks_per_child=1) as pool,
        console.status("rehearsing") as status,
    ):
        running = [pool.submit(rehearse_stack, request) for request in requests]
        for done in as_completed(running):
            outcome = done.result()
            outcomes[outcome.stack] = outcome
            waiting = [request.stack for request in requests if request.stack not in outcomes]
            status.update(f"rehearsing {', '.join(waiting)}")
    return [outcomes[request.stack] for request in requests]


if __name__ == "__main__":
    typer.run(main)
