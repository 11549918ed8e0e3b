"""Faults that a test orders of a provider: which call fails, and in which way."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

FAULTS: Final = "ONEUP_UP_FAULTS"
"""The environment's name of the faults, as JSON."""

Operation: TypeAlias = Literal["create", "update", "delete"]
Way: TypeAlias = Literal["refuse", "throttle", "hang", "lose"]
"""``lose``: the API server serves the call, and the provider gives up before the answer, as on Ctrl-C."""


@dataclass(frozen=True)
class Fault:
    """The call with a number, counted from one for its operation in one command, fails."""

    operation: Operation
    number: int
    way: Way
    seconds: float = 5
    """How long a call hangs at most."""

    @staticmethod
    def read(text: str) -> Sequence["Fault"]:
        """The faults that a text holds; none in an empty one."""
        return [Fault(**each) for each in json.loads(text or "[]")]

    @staticmethod
    def write(faults: Sequence["Fault"]) -> str:
        """The text that ``read`` takes."""
        return json.dumps([asdict(fault) for fault in faults])
