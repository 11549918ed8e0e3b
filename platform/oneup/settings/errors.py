"""What is wrong with a stack's settings, in words."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from oneup.settings.base import RefusedError
from oneup.settings.shape import Path

PLACEHOLDER: Final = "[secret]"
"""What stands for an encrypted value, in a rehearsal and in every message."""

_LONGEST_SHOWN: Final = 60
_HIDDEN: Final = f"{PLACEHOLDER} cannot be used; it is encrypted, so nothing of it is shown here"


@dataclass(frozen=True)
class Problem:
    """One mistake: where it is, what is wrong with it and what would be right."""

    key: str
    """Dotted path of camelCase keys, with list positions: ``nodeGroups[1].minSize``."""

    text: str
    """The value, what is wrong with it, and the fix."""

    discreet: str = _HIDDEN
    """The same without any value, for settings that are encrypted."""

    def __str__(self) -> str:
        """The key and the text."""
        return f"{self.key}: {self.text}"


class SettingsError(ValueError):
    """A stack's settings cannot be used; the message lists every mistake."""

    def __init__(self, file: str, problems: Iterable[Problem]) -> None:
        """Write one line for each problem, in the order given, each once."""
        self.file = file
        self.problems = tuple(dict.fromkeys(problems))
        count = len(self.problems)
        head = "1 setting cannot be used:" if count == 1 else f"{count} settings cannot be used:"
        super().__init__("\n".join([head, *(f"  {file}: {problem}" for problem in self.problems)]))


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


def shown(value: object) -> str:
    """A value as it is written in messages: plain where that is clear, shortened where it is long."""
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


def meant(given: str, known: Iterable[str]) -> str:
    """``; did you mean x?`` where something known is close to what was given, else nothing."""
    by_folded = {_folded(name): name for name in known}
    close = get_close_matches(_folded(given), by_folded, n=1, cutoff=0.7)
    return f"; did you mean {by_folded[close[0]]}?" if close else ""


def _folded(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def listed(names: Iterable[object]) -> str:
    """``a, b and c``."""
    *rest, last = [str(name) for name in names] or ["nothing"]
    return f"{', '.join(rest)} and {last}" if rest else last


def after_invalid_values(problems: Iterator[Problem]) -> Iterator[Problem]:
    """The problems that can be told before a refused value is needed."""
    try:
        yield from problems
    except RefusedError:
        return


def repeated(key: Path, values: Sequence[str]) -> Iterator[Problem]:
    """Each value that the list at a key has for the second time."""
    for index, value in enumerate(values):
        first = values.index(value)
        if first < index:
            here, there = path((*key, index)), path((*key, first))
            yield Problem(here, f"{shown(value)} is given at {there} already; remove one of the two")
