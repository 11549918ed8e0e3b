"""What the engine's event log says of a command: steps, their times, diffs and messages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

from tests.cluster.harness.objects import JsonMap, Object

SAME = "same"


@dataclass(frozen=True)
class Step:
    """One step of the engine on one resource."""

    urn: str
    operation: str
    start: float
    finish: float
    failed: bool
    diff: tuple[str, ...]
    """The paths that differ, where the provider says so."""

    @property
    def name(self) -> str:
        """Type and name, without the types of its parents."""
        return self.urn.split("::", 2)[2].rsplit("$", 1)[-1]


@dataclass(frozen=True)
class Message:
    """What the engine or a provider told the user."""

    severity: str
    urn: str
    text: str


@dataclass(frozen=True)
class Events:
    """The event log of one command."""

    file: Path

    @cached_property
    def _lines(self) -> tuple[Object, ...]:
        if not self.file.exists():
            return ()
        lines = self.file.read_text(errors="replace").splitlines()
        # The last one of a killed engine may be cut off.
        return tuple(Object(cast(JsonMap, json.loads(line))) for line in lines if line.endswith("}"))

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps that have ended, in that order."""
        started: dict[tuple[str, str], float] = {}
        found: list[Step] = []
        for line in self._lines:
            time = float(str(line.at("timestamp") or 0))
            before = Object(line.map("resourcePreEvent", "metadata"))
            if before.raw:
                started[before.text("urn"), before.text("op")] = time
            for key in ("resOutputsEvent", "resOpFailedEvent"):
                if line.map(key):
                    step = Object(line.map(key, "metadata"))
                    urn, operation = step.text("urn"), step.text("op")
                    paths = tuple(step.map("detailedDiff")) or step.texts("diffs")
                    start = started.get((urn, operation), time)
                    found.append(Step(urn, operation, start, time, key == "resOpFailedEvent", paths))
        return tuple(found)

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that changed something, or would."""
        return tuple(step for step in self.steps if step.operation not in (SAME, "refresh", "read"))

    def urns(self, *operations: str) -> set[str]:
        """The resources of the named operations."""
        return {step.urn for step in self.steps if step.operation in operations and not step.failed}

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """What was told, without the colours."""
        return tuple(self._told())

    def _told(self) -> Iterator[Message]:
        for line in self._lines:
            said = Object(line.map("diagnosticEvent"))
            if said.raw:
                yield Message(
                    said.text("severity"), said.text("urn"), _uncoloured(said.text("message")).strip()
                )

    @property
    def errors(self) -> tuple[Message, ...]:
        """The messages that are errors."""
        return tuple(message for message in self.messages if message.severity == "error")


def _uncoloured(text: str) -> str:
    """Without the engine's marks of colour, which stand between ``<{%`` and ``%}>``."""
    while "<{%" in text and "%}>" in text:
        head, _, rest = text.partition("<{%")
        text = head + rest.partition("%}>")[2]
    return text
