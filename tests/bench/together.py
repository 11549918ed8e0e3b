"""All stacks side by side, as the command rehearses them."""

import sys
from collections.abc import Sequence

from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult
from oneup.rehearsal.side_by_side import rehearse_in_parallel


def together(requests: Sequence[RehearsalRequest]) -> None:
    """Rehearse them; a rehearsal that stops early would be quick, and is refused."""
    rehearse_in_parallel(requests, done=_refuse_failure)


def _refuse_failure(outcome: RehearsalResult) -> None:
    if outcome.error:
        sys.exit(outcome.error)
