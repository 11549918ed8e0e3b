"""Problems with a stack's settings."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, TypeAlias

from oneup.settings.base import InvalidValueError
from oneup.settings.shape import Path

PLACEHOLDER: Final = "[secret]"
"""Replaces an encrypted value, in a rehearsal and in messages."""

_LONGEST_SHOWN: Final = 60
_LAST_PART: Final = re.compile(r"(?:\.?[^.\[\]]+|\[[^\]]*\])$")

Lines: TypeAlias = Mapping[str, int]
"""Where keys stand in a file, by their paths as messages write them."""

NO_LINES: Final[Lines] = {}


@dataclass(frozen=True)
class Marks:
    """What a stack file shows beside its values."""

    written: Mapping[Path, str] = field(default_factory=dict[Path, str])
    """Numbers and switches as they stand in the file, by their keys."""

    lines: Lines = field(default_factory=dict[str, int])


NO_MARKS: Final = Marks()
_REDACTED: Final = f"{PLACEHOLDER} is invalid; its value is encrypted and not shown"


@dataclass(frozen=True)
class Problem:
    """One problem: where it is, what is wrong, and the fix."""

    key: str
    """Dotted path of camelCase keys, with list positions: ``nodeGroups[1].minSize``."""

    text: str
    """The value, what is wrong with it, and the fix."""

    redacted: str = _REDACTED
    """The message without the value, for encrypted settings."""

    def __str__(self) -> str:
        """The key and the text."""
        return f"{self.key}: {self.text}"


class SettingsError(ValueError):
    """A stack's settings are invalid; the message lists every problem."""

    def __init__(self, file: str, problems: Iterable[Problem], lines: Lines = NO_LINES) -> None:
        """One line per problem without duplicates, in the order of the file where ``lines`` are known."""
        self.file = file
        found = {problem: line_of(problem.key, lines) for problem in problems}
        self.problems = tuple(sorted(found, key=lambda problem: found[problem] or 0))
        count = len(self.problems)
        head = "1 setting is invalid:" if count == 1 else f"{count} settings are invalid:"
        told = [f"  {_place(file, found[problem])}: {problem}" for problem in self.problems]
        super().__init__("\n".join([head, *told]))


def line_of(key: str, lines: Lines) -> int | None:
    """The line of a key as messages write it, or of what it is missing in; None where that is not known."""
    while key and key not in lines:
        key = _LAST_PART.sub("", key)
    return lines.get(key)


def _place(file: str, line: int | None) -> str:
    """As compilers write it, so that editors find it."""
    return f"{file}:{line}" if line else file


def path(parts: Iterable[str | int]) -> str:
    """A key as it is written in messages: ``nodeGroups[1].labels["node.role"]``."""
    text = ""
    for part in parts:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "").replace("-", "").isalnum():
            text += f".{part}" if text else part
        else:
            text += f"[{json.dumps(part)}]"
    return text


def display(value: object) -> str:
    """A value as messages show it: quoted if necessary, shortened if long."""
    if isinstance(value, str):
        text = (
            value if value and value.isprintable() and not set(value) & {" ", '"', "'"} else json.dumps(value)
        )
    elif isinstance(value, dict):
        text = "a mapping"
    elif isinstance(value, list | tuple):
        text = "a list"
    else:
        text = json.dumps(value, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def suggestion(given: str, known: Iterable[str]) -> str:
    """``; did you mean x?`` if a known name is similar, else an empty string."""
    by_folded = {_folded(name): name for name in known}
    close = get_close_matches(_folded(given), by_folded, n=1, cutoff=0.7)
    return f"; did you mean {by_folded[close[0]]}?" if close else ""


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def join_names(names: Iterable[object]) -> str:
    """``a, b and c``."""
    *rest, last = [str(name) for name in names] or ["nothing"]
    return f"{', '.join(rest)} and {last}" if rest else last


def after_invalid_values(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems found before a check needs an invalid value."""
    try:
        yield from problems
    except InvalidValueError:
        return


def duplicates(key: Path, values: Sequence[str]) -> Iterator[Problem]:
    """Duplicates in the list at a key."""
    for index, value in enumerate(values):
        first = values.index(value)
        if first < index:
            here, there = path((*key, index)), path((*key, first))
            yield Problem(here, f"{display(value)} is already listed at {there}; remove one of the two")
