"""``oneup preflight``, ``preview``, ``up``, ``destroy`` and ``resume``: a stack and the real Pulumi CLI."""

import os
from typing import Annotated, Final, Literal, TypeAlias

import typer
from rich.text import Text

from oneup.cli.console import messages, print_json
from oneup.cli.groups import Group
from oneup.cli.stacks import Stack, project
from oneup.cli.status import Status

RULES: Final = ("--policy-pack", "policy-pack")
"""The rules of a rehearsal once more, now asked by the engine, which knows what exists already."""

CommandName: TypeAlias = Literal["preview", "up", "destroy"]

Parallel: TypeAlias = Annotated[
    int,
    typer.Option(
        min=1,
        help="How many resources Pulumi works on at a time. Its own default is few on a small machine, and most of "
        "a bring-up is waiting.",
    ),
]
Rest: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(metavar="ARGS", help="Options for Pulumi, after `--`: oneup up staging -- --yes --diff"),
]


def register(app: typer.Typer) -> None:
    """Add the subcommands."""
    app.command(rich_help_panel=Group.LOOK)(preflight)
    app.command(rich_help_panel=Group.LOOK)(preview)
    app.command(rich_help_panel=Group.CHANGE)(up)
    app.command(rich_help_panel=Group.CHANGE)(destroy)
    app.command(rich_help_panel=Group.CHANGE)(resume)


def preflight(
    command: Annotated[CommandName, typer.Argument(help="The command that is to be run.")],
    stack: Stack,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")] = False,
) -> None:
    """Check whether everything that a command on a stack needs is there.

    Tools, state, credentials, quotas, the cluster and its version: each problem comes with the command that
    fixes it. It changes nothing. preview, up and destroy run it first.

    \b
    oneup preflight up staging
    oneup preflight destroy staging --json
    """
    _preflight(command, stack, as_json=as_json)


def preview(stack: Stack, rest: Rest = None, parallel: Parallel = 32) -> None:
    """Show what an up of a stack would change, by the real Pulumi CLI.

    It changes nothing, and asks the rules of the rehearsal once more, now of what exists.

    \b
    oneup preview staging
    oneup preview staging -- --diff
    """
    _pulumi("preview", stack, parallel, [*RULES, *(rest or ())])


def up(stack: Stack, rest: Rest = None, parallel: Parallel = 32) -> None:
    """Bring a stack up, or to its present settings.

    Pulumi shows what it will change and asks. The first bring-up on AWS takes about half an hour; `oneup
    rehearse` predicts it. Ctrl-C once lets it finish what it has begun.

    \b
    oneup up staging
    oneup up staging -- --yes          without the question, as in a workflow
    """
    _pulumi("up", stack, parallel, rest or ())


def destroy(stack: Stack, rest: Rest = None, parallel: Parallel = 32) -> None:
    """Take a stack down: load balancers, volumes and DNS records first.

    Preflight lists what is kept. A stack with cluster.deletionProtection is refused until that is disabled.
    """
    _pulumi("destroy", stack, parallel, rest or ())


def resume(stack: Stack) -> None:
    """After a command that was cut off: have the state know what there is.

    A killed engine leaves resources of which the state does not say whether they exist. This finds out; then
    `oneup up` goes on.
    """
    from oneup.resume import ResumeError, take_over
    from oneup.settings import SettingsError

    os.chdir(project())
    console = messages()
    try:
        take_over(project(), stack, console)
    except (ResumeError, SettingsError) as error:
        console.print(Text(f"resume: {error}", style="red"))
        raise typer.Exit(Status.FAILED) from None


def _pulumi(command: CommandName, stack: str, parallel: int, options: list[str] | tuple[str, ...]) -> None:
    """Preflight, then Pulumi in place of this process: the terminal, signals and the exit status are its own."""
    _preflight(command, stack)
    os.chdir(project())
    words = ["pulumi", command, "--stack", stack, "--parallel", str(parallel), *options]
    os.execvp(words[0], words)


def _preflight(command: CommandName, stack: str, *, as_json: bool = False) -> None:
    """Print the findings; ends the command if one is blocking."""
    from oneup.preflight import Command, PlannedCommand, run_checks

    console = messages()
    with console.status(f"checking what {command} of {stack} needs"):
        findings = run_checks(PlannedCommand(Command(command), stack, project()))
    findings = sorted(findings, key=lambda finding: finding.blocking)
    refused = any(finding.blocking for finding in findings)
    if as_json:
        told = [{"problem": each.problem, "fix": each.fix, "blocking": each.blocking} for each in findings]
        print_json({"command": command, "stack": stack, "passed": not refused, "findings": told})
    else:
        for finding in findings:
            mark, style = ("error", "bold red") if finding.blocking else ("warning", "yellow")
            text = Text.assemble((f"{mark}: ", style), finding.problem, "\n  ", (finding.fix, "bold"))
            console.print(text)
    if refused:
        raise typer.Exit(Status.REFUSED)
