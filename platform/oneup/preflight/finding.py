"""Findings of preflight."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that is missing or will not work, and the fix."""

    problem: str
    fix: str
    blocking: bool = True
    """Whether Pulumi must not run; otherwise it is a warning."""
