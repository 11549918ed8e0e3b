"""The exit statuses of the command."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final


class Status(IntEnum):
    """How the command ends, the same for all subcommands."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    FAILED = 3
    INTERRUPTED = 130
    TERMINATED = 143


MEANING: Final[Mapping[Status, str]] = {
    Status.DONE: "done; no mandatory rule is violated, and nothing blocks",
    Status.REFUSED: "a mandatory rule is violated, or preflight finds what would make the command fail",
    Status.USAGE: "the command line is wrong: an unknown option or stack, or no project here",
    Status.FAILED: "it could not be carried out: invalid settings, a program that fails, a missing tool",
    Status.INTERRUPTED: "interrupted (Ctrl-C)",
    Status.TERMINATED: "ended by SIGTERM",
}
"""The table of the help and of docs/command.md."""

OTHERS: Final = "preview, up and destroy end with the status of the Pulumi CLI once preflight has passed."
"""What else a status may be."""
