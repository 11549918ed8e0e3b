"""Request and result of a rehearsal, which are passed between processes.

This module does not import the SDK, so the process that prints results starts quickly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oneup.policy import Severity, Violation


@dataclass(frozen=True)
class RehearsalRequest:
    """The project and stack to rehearse."""

    root: Path
    stack: str
    durations: Path | None = None
    """A file that overrides the typical durations."""

    @property
    def folder(self) -> Path:
        """The output folder."""
        return self.root / "build" / self.stack


@dataclass(frozen=True, kw_only=True)
class RehearsalResult:
    """The result for one stack, as the terminal shows it."""

    stack: str
    error: str = ""
    """The error message if the rehearsal failed; then the rest is empty."""

    resource_counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """Number of resources by package and type: ``{"aws": {"Vpc": 1, "Subnet": 9}}``; as the report counts,
    without the stack, providers and our components."""

    addons: Sequence[str] = ()
    seconds: float = 0
    critical_path: Sequence[tuple[str, float]] = ()
    """Name and seconds of each step of the critical path."""

    lower_bound: float = 0
    """The lower bound in seconds."""

    delays: Sequence[str] = ()
    """Avoidable delays on the critical path."""

    capacity: Sequence[str] = ()
    """Requested and provided capacity, from the stack output."""

    violations: Sequence[Violation] = ()
    warnings: Sequence[str] = ()
    """Warnings of the program."""

    @property
    def resources(self) -> int:
        """Number of resources."""
        return sum(sum(counts.values()) for counts in self.resource_counts.values())

    @property
    def failed(self) -> bool:
        """Whether the rehearsal itself failed, or the plan violates a mandatory rule."""
        return bool(self.error) or any(item.severity is Severity.MANDATORY for item in self.violations)
