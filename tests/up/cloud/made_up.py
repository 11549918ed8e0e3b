"""What a rehearsal made up, and what AWS said in its place.

A plan's inputs hold ids and ARNs that the rehearsal made up. To bring a plan up without the program, or to
compare it with the engine's state, each is replaced by what the provider answered for the same output.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from oneup.plan import Json, JsonMap, Resource

SHORTEST: Final = 8
"""Shorter texts are never replaced: they may stand anywhere."""


class MadeUp:
    """The texts that a rehearsal made up, with AWS's own."""

    def __init__(self) -> None:
        self._real: dict[str, str] = {}
        self._pattern = re.compile(r"(?!)")

    def learn(self, planned: Resource, identifier: str, outputs: JsonMap) -> None:
        """Take the outputs of a resource, which the provider made, for those that the plan has."""
        given = set(_texts(planned.inputs))
        for old, new in _pairs({**planned.outputs, "id": planned.id}, {**outputs, "id": identifier}):
            if len(old) >= SHORTEST and old not in given:
                self._real[old] = new
        longest_first = sorted(self._real, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def real(self, value: Json) -> Json:
        """A value of the plan as it is on AWS."""
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self._real[found[0]], value)
        if isinstance(value, Mapping):
            return self.inputs(value)
        if isinstance(value, Sequence):
            return [self.real(one) for one in value]
        return value

    def inputs(self, values: JsonMap) -> dict[str, Json]:
        """The inputs of a resource as they are on AWS."""
        return {str(self.real(key)): self.real(one) for key, one in values.items()}


def _pairs(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """The texts of two values that stand in the same place."""
    if isinstance(old, str) and isinstance(new, str):
        yield old, new
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() & new.keys():
            yield from _pairs(old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list):
        for one, other in zip(old, new, strict=False):
            yield from _pairs(one, other)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)
