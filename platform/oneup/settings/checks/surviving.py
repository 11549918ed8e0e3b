"""Checks on settings of which some values are refused."""

from collections.abc import Iterator, Sequence

from oneup.settings.base import RefusedError
from oneup.settings.errors import Problem, path, shown
from oneup.settings.shape import Path


def surviving(problems: Iterator[Problem]) -> Iterator[Problem]:
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
