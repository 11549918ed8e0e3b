"""Source locations of resources, and error messages of the program."""

from collections.abc import Iterator
from inspect import currentframe
from itertools import islice
from pathlib import Path
from traceback import walk_tb
from types import FrameType, TracebackType
from typing import Final

import pulumi

REHEARSAL: Final = f"{Path(__file__).parent}/"
REGISTERING: Final = frozenset({"do_register", "do_read"})
"""The SDK's coroutines that register or read one resource; its type and name are in their variables."""

FUNCTION: Final = "function"
"""Used instead of a resource type for provider functions."""


class RehearsalError(Exception):
    """The program does something that would fail in a real deployment."""

    def __init__(self, message: str, subject: tuple[str, str] | None = None, line: str = "") -> None:
        """``subject`` is the type and name of the resource."""
        super().__init__(message)
        self.subject = subject
        self.line = line


class ProgramError(Exception):
    """The program failed; the message names the resource and line, if known."""

    def __init__(self, text: str, subject: tuple[str, str] | None = None, line: str = "") -> None:
        """Put the line and the resource's type and name before the text."""
        named = f"{' '.join(subject)}: {text}" if subject else text
        super().__init__(f"{line}: {named}" if line else named)


class SourceLocations:
    """Records for each resource the source line and the order of creation."""

    def __init__(self, program: Path) -> None:
        """Files below ``Pulumi.yaml`` count as the program's own."""
        folders = program.resolve().parents
        project = next((folder for folder in folders if (folder / "Pulumi.yaml").exists()), folders[0])
        self._root = f"{project}/"
        self._files: dict[str, str] = {}
        self._lines: dict[tuple[str, str], str] = {}
        self._places: dict[tuple[str, str], int] = {}
        self._failed: tuple[str, str] | None = None
        self._failed_at = ""

    def note(self, args: pulumi.ResourceTransformationArgs) -> None:
        """A stack transformation that changes nothing: the SDK calls it for each new resource."""
        if args.opts.urn:  # a resource created elsewhere, rehydrated by the SDK
            return
        key = (args.type_, args.name)
        self._places[key] = len(self._places)
        self._lines[key] = self._caller()

    def note_call(self, token: str) -> None:
        """Note the line that calls a provider's function."""
        self._lines[FUNCTION, token] = self._caller()

    def note_failure(self, traceback: TracebackType | None) -> None:
        """Note the resource whose registration fails, and the innermost line of the program."""
        for frame, number in walk_tb(traceback):
            if line := self.frame_location(frame, number):
                self._failed_at = line
            if frame.f_code.co_name in REGISTERING:
                self._failed = str(frame.f_locals["ty"]), str(frame.f_locals["name"])

    def _caller(self) -> str:
        """The innermost line of the program on the stack."""
        return next((line for frame in frames() if (line := self.frame_location(frame))), "")

    def location(self, type_: str, name: str) -> str:
        """``file:line`` of the call that creates a resource, or an empty string."""
        return self._lines.get((type_, name), "")

    def position(self, type_: str, name: str) -> int:
        """The position of a resource in the order of creation; -1 for the stack."""
        return self._places.get((type_, name), -1)

    def frame_location(self, frame: FrameType, number: int | None = None) -> str:
        """``file:line`` of a frame of the program, or an empty text for a frame of a library."""
        file = frame.f_code.co_filename
        known = self._files.get(file)
        if known is None:
            known = self._files[file] = self._own(file)
        return f"{known}:{number or frame.f_lineno}" if known else ""

    def _own(self, file: str) -> str:
        foreign = file.startswith(REHEARSAL) or "/site-packages/" in file
        return "" if foreign or not file.startswith(self._root) else file.removeprefix(self._root)

    def explain(self, error: Exception) -> ProgramError:
        """The error without SDK frames, with the line of the program."""
        if not isinstance(error, RehearsalError):
            return self._told(f"{type(error).__name__}: {error}", self._failed, self._failed_at)
        own = self.location(*error.subject) if error.subject else ""
        return self._told(str(error), error.subject or self._failed, error.line or own or self._failed_at)

    def _told(self, text: str, subject: tuple[str, str] | None, line: str) -> ProgramError:
        return ProgramError(text, subject, line or (self.location(*subject) if subject else ""))


def frames() -> Iterator[FrameType]:
    """The frames on the stack, the caller's first."""
    here = currentframe()
    frame = here.f_back if here else None
    while frame:
        yield frame
        frame = frame.f_back


def calling_frame(above: int) -> FrameType:
    """The frame that called the calling function, or a frame further up."""
    asking = 1
    return next(islice(frames(), asking + 1 + above, None))
