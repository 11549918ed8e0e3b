"""What is about to be done."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Command(StrEnum):
    """The Pulumi commands that preflight goes before."""

    PREVIEW = "preview"
    UP = "up"
    DESTROY = "destroy"


@dataclass(frozen=True)
class Intent:
    """A command on a stack of the project in a folder."""

    command: Command
    stack: str
    project: Path

    @property
    def stack_file(self) -> Path:
        """The file that holds the stack's settings."""
        return self.project / f"Pulumi.{self.stack}.yaml"
