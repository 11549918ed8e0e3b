"""The command's help: subcommands grouped as people work, and the exit statuses."""

from enum import StrEnum
from typing import Final

from typer._click import Command, Context, HelpFormatter  # pyright: ignore[reportPrivateUsage] - named nowhere else
from typer.core import TyperCommand, TyperGroup

from oneup.cli import status


class Group(StrEnum):
    """What a person is about to do; the order is that of the help."""

    START = "Start (no account needed)"
    CHANGE = "Change a stack"
    LOOK = "Look before you change"
    MAINTAIN = "Maintain the project"


SUMMARY: Final = "oneup: a whole Kubernetes platform from one `pulumi up`."


OTHERS: Final = "Commands"
"""The title for subcommands of no group: those of a subcommand."""


def panel(command: Command) -> str:
    """The title that a subcommand stands under."""
    named = command.rich_help_panel if isinstance(command, TyperCommand | TyperGroup) else None
    return named or OTHERS


class HelpGroup(TyperGroup):
    """A group whose help shows subcommands by ``Group``, whole sentences, and the exit statuses.

    Plain text everywhere: typer's frames are as wide as the terminal and stay so in a file.
    """

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:  # noqa: ARG002 - as typer calls it
        """One section for each group that has a subcommand."""
        for title in (*Group, OTHERS):
            rows = [(name, _sentence(each)) for name, each in self.commands.items() if panel(each) == title]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The exit statuses, on the help of the command itself."""
        if ctx.parent is None:
            with formatter.section("Exit status"):
                formatter.write_dl([(str(each.value), meaning) for each, meaning in status.MEANING.items()])
                formatter.write_paragraph()
                formatter.write_text(status.OTHERS)


def _sentence(command: Command) -> str:
    """The first paragraph of a subcommand's help."""
    return " ".join((command.help or "").partition("\n\n")[0].split())
