"""``oneup rehearse``: the whole program run without a cloud."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oneup.cli.groups import Group
from oneup.cli.stacks import Stacks, project
from oneup.cli.status import Status

if TYPE_CHECKING:
    from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult


def register(app: typer.Typer) -> None:
    """Add the subcommand."""
    app.command(rich_help_panel=Group.START)(rehearse)


def rehearse(
    stacks: Stacks = None,
    durations: Annotated[
        Path | None,
        typer.Option(
            help="A JSON file with durations in seconds, instead of typical ones.",
            dir_okay=False,
            exists=True,
        ),
    ] = None,
    details: Annotated[
        bool | None,
        typer.Option(
            help="Resources, addons, capacity and critical path of each stack; the default for one stack."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")] = False,
) -> None:
    """Run the whole program without a cloud, and judge the plan by all rules.

    It writes build/<stack>: report.html to read, plan.json, the manifests, and the values of each release. No
    account, cluster, Pulumi CLI or network is needed.

    \b
    oneup rehearse                     every stack
    oneup rehearse staging             one, with its details
    oneup rehearse --json | jq '.stacks[].findings'
    """
    from oneup.cli.results import as_document, print_results
    from oneup.rehearsal.outcome import RehearsalRequest

    root, start = project(), time.monotonic()
    _check(durations)
    outcomes = _rehearse([RehearsalRequest(root, name, durations) for name in stacks or ()])
    if as_json:
        from oneup.cli.console import print_json

        print_json(as_document(outcomes))
    else:
        detailed = len(outcomes) == 1 if details is None else details
        print_results(outcomes, detailed=detailed, seconds=time.monotonic() - start)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(Status.FAILED)
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(Status.REFUSED)


def _check(durations: Path | None) -> None:
    """Validate the durations file before any rehearsal."""
    if durations:
        from oneup.rehearsal.durations import durations as read

        try:
            read(durations)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--durations") from None


def _rehearse(requests: "Sequence[RehearsalRequest]") -> "list[RehearsalResult]":
    from oneup.cli.console import messages
    from oneup.rehearsal.side_by_side import rehearse_in_parallel

    waiting = [request.stack for request in requests]

    def done(outcome: "RehearsalResult") -> None:
        waiting.remove(outcome.stack)
        status.update(f"rehearsing {', '.join(waiting)}")

    with messages().status(f"rehearsing {', '.join(waiting)}") as status:
        return rehearse_in_parallel(requests, done)
