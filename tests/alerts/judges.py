"""What the fixtures give."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TypeAlias


class Run(Protocol):
    """Runs one of the tools; what it says."""

    def __call__(self, tool: str, *arguments: str | Path) -> str:
        """A failure of the tool is one of the test."""
        ...


Written: TypeAlias = Callable[[str, Mapping[str, object]], Path]
"""Writes a tool's file."""
