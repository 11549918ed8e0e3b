"""What the applications ask for, and what they may."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem
from oneup.settings.model import Settings

_NAMESPACES: Final = 2
"""Namespaces of applications, each with the quota: the environment's, and the shared one."""


def within_quotas(settings: Settings) -> Iterator[Problem]:
    """More than all quotas together is never admitted."""
    asked, granted = settings.workload, settings.limits
    for key, amount, limit, each in (
        ("pods", asked.pods, "pods", granted.pods),
        ("cpuMillis", asked.cpu_millis, "cpu", 1000 * granted.cpu),
        ("memoryMib", asked.memory_mib, "memoryGib", 1024 * granted.memory_gib),
    ):
        most = _NAMESPACES * each
        if amount > most:
            over = f"{amount} is more than the quotas of {_NAMESPACES} namespaces admit"
            yield Problem(f"workload.{key}", f"{over}; give at most {most}, or raise limits.{limit}")
