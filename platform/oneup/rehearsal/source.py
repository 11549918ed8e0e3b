"""Where in the program a resource is made, and how an error of the program is told."""

import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import FrameSummary, extract_tb
from types import FrameType

import pulumi

from oneup.rehearsal.monitor import RehearsalError


class ProgramError(Exception):
    """The program failed; the message names the resource and the line, as far as they are known."""


class Positions:
    """Notes for each resource the line of the program that makes it."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._lines: dict[tuple[str, str], str] = {}

    def note(self, args: pulumi.ResourceTransformationArgs) -> None:
        """A stack transformation that changes nothing: the SDK calls it where a resource is made."""
        for frame in _callers():
            if line := self._line(frame.f_code.co_filename, frame.f_lineno):
                self._lines[args.type_, args.name] = line
                return

    def of(self, type_: str, name: str) -> str:
        """``file:line`` of the call that makes a resource, or an empty text."""
        return self._lines.get((type_, name), "")

    def explain(self, error: BaseException) -> ProgramError:
        """The error as its author should read it: no frame of the SDK, the line of the program."""
        if isinstance(error, RehearsalError) and error.resource:
            type_, name = error.resource
            return ProgramError(_told(str(error), self.of(type_, name)))
        frames: list[FrameSummary] = list(extract_tb(error.__traceback__))
        lines = (self._line(frame.filename, frame.lineno) for frame in reversed(frames))
        return ProgramError(_told(f"{type(error).__name__}: {error}", next(filter(None, lines), "")))

    def _line(self, file: str, number: int | None) -> str:
        path = Path(file)
        if "site-packages" in path.parts or not path.is_relative_to(self._root):
            return ""
        return f"{path.relative_to(self._root)}:{number}"


def _callers() -> Iterator[FrameType]:
    frame = sys._getframe(2)  # pyright: ignore[reportPrivateUsage] - documented in spite of its name
    while frame is not None:
        yield frame
        frame = frame.f_back


def _told(message: str, line: str) -> str:
    return f"{line}: {message}" if line else message
