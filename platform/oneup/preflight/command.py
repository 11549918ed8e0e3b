"""The command that preflight checks for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from oneup.project import stack_file


class Command(StrEnum):
    """The Pulumi commands with a preflight."""

    PREVIEW = "preview"
    UP = "up"
    DESTROY = "destroy"


@dataclass(frozen=True)
class PlannedCommand:
    """A command on a stack of a project."""

    command: Command
    stack: str
    project: Path

    @property
    def stack_file(self) -> Path:
        """The stack file."""
        return stack_file(self.project, self.stack)
