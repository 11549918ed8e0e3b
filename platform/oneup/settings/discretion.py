"""Keeps encrypted values out of every message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from oneup.settings.errors import Problem
from oneup.settings.raw import Raw, leaves


@dataclass(frozen=True)
class Discretion:
    """What no message may show: all below some top-level keys, wherever it comes up again."""

    keys: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def over(cls, raw: Raw, keys: frozenset[str]) -> "Discretion":
        """Keep the values of these keys secret."""
        return cls(keys, frozenset(text for key in keys & set(raw) for text in leaves(raw[key]) if text))

    def kept(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems, without values where they would tell too much."""
        for problem in problems:
            telling = top(problem.key) in self.keys or any(text in problem.text for text in self.texts)
            yield Problem(problem.key, problem.discreet, problem.discreet) if telling else problem


def top(key: str) -> str:
    """The first part of a key as it is written in messages."""
    return re.split(r"[.\[]", key, maxsplit=1)[0]
