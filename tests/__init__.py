"""The fast suite in ``unit``; beside it the suites against real programs; ``support`` is what they share."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
"""The top of the repository."""
