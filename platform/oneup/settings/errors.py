"""What is wrong with a stack's settings, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

PLACEHOLDER: Final = "[secret]"
"""What stands for an encrypted value, in a rehearsal and in every message."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong with it and what would be right."""

    key: str
    """Dotted path of camelCase keys, with list positions: ``nodeGroups[1].minSize``."""

    text: str
    """The value, what is wrong with it, and the fix."""


class SettingsError(ValueError):
    """A stack's settings cannot be used; the message lists every mistake."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        """Write one line for each problem, in the order given, each once."""
        self.file = file
        self.problems = tuple(dict.fromkeys(problems))
        count = len(self.problems)
        head = "1 setting cannot be used:" if count == 1 else f"{count} settings cannot be used:"
        lines = [f"  {file}: {problem.key}: {problem.text}" for problem in self.problems]
        super().__init__("\n".join([head, *lines]))
