"""The command itself: its subcommands, and how it ends."""

import signal
import sys
from types import FrameType
from typing import Final, Never

import typer

from oneup.cli import deploy, maintain, rehearse
from oneup.cli.groups import SUMMARY, HelpGroup
from oneup.cli.status import Status

NAME: Final = "oneup"

app = typer.Typer(
    cls=HelpGroup,
    help=f"""{SUMMARY}

    \b
    oneup rehearse staging        what staging would be, without an account
    oneup preflight up staging    whether everything that an up needs is there
    oneup preview staging         what an up would change
    oneup up staging              bring it up, or to its present settings

    A stack is described by its Pulumi.<stack>.yaml. Each subcommand has a help of its own.
    """,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

# Issues to come add theirs here: a module with its functions, and one line.
rehearse.register(app)
deploy.register(app)
maintain.register(app)


@app.callback()
def _group() -> None:
    """Without it typer makes a single subcommand the command itself."""


def main() -> None:
    """Run the command: Ctrl-C and SIGTERM end it with one line, and with what it has started."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app(prog_name=NAME)
    except SystemExit as end:
        if end.code == Status.INTERRUPTED:
            sys.stderr.write(f"{NAME}: interrupted\n")
        raise


def _terminate(_signal: int, _frame: FrameType | None) -> Never:
    """An exception, so that what runs is ended on the way out."""
    sys.exit(Status.TERMINATED)
