"""What is asked of a rehearsal and what comes of it: small, since it crosses from process to process.

Nothing here imports the SDK: the process that shows the outcomes need not wait for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oneup.policy import Finding, Severity


@dataclass(frozen=True)
class Request:
    """Which stack to rehearse, of which project."""

    root: Path
    stack: str
    durations: Path | None = None
    """A file whose figures go over the typical durations."""

    @property
    def folder(self) -> Path:
        """What the rehearsal leaves behind."""
        return self.root / "build" / self.stack


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the terminal says of one stack."""

    stack: str
    error: str = ""
    """The message where the rehearsal failed; then the rest is empty."""

    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """How many resources of each kind, by package: ``{"aws": {"Vpc": 1, "Subnet": 9}}``."""

    addons: Sequence[str] = ()
    seconds: float = 0
    critical_path: Sequence[tuple[str, float]] = ()
    """Name of each step that the whole waits for, and its seconds."""

    unavoidable: float = 0
    """Seconds of the longest chain that nothing can shorten."""

    delays: Sequence[str] = ()
    """What waits for more than it needs, and makes the whole longer."""

    capacity: Sequence[str] = ()
    """What the addons ask for and what the first nodes offer, as the program exports it."""

    findings: Sequence[Finding] = ()
    warnings: Sequence[str] = ()
    """What the program itself warns of."""

    @property
    def failed(self) -> bool:
        """Whether the rehearsal should end with exit status 1."""
        return bool(self.error) or any(item.severity is Severity.MANDATORY for item in self.findings)
