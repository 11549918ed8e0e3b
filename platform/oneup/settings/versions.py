"""Kubernetes versions of EKS and the last days of their support."""

from dataclasses import dataclass
from datetime import date
from typing import Final

DEFAULT_VERSION: Final = "1.35"


@dataclass(frozen=True)
class Support:
    """The last days of a version's support."""

    standard: date
    extended: date


SUPPORT: Final[dict[str, Support | None]] = {
    "1.28": Support(date(2024, 11, 26), date(2025, 11, 26)),
    "1.29": Support(date(2025, 3, 23), date(2026, 3, 23)),
    "1.30": Support(date(2025, 7, 23), date(2026, 7, 23)),
    "1.31": Support(date(2025, 11, 26), date(2026, 11, 26)),
    "1.32": Support(date(2026, 3, 23), date(2027, 3, 23)),
    "1.33": Support(date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": Support(date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": Support(date(2027, 3, 27), date(2028, 3, 27)),
    "1.36": None,
}
"""From AWS's release calendar; None: released, and the dates were not known in November 2026."""
