"""All stacks side by side, as the command rehearses them."""

import sys
from collections.abc import Sequence

from oneup.rehearsal.outcome import Outcome, Request
from oneup.rehearsal.side_by_side import rehearse_all


def together(requests: Sequence[Request]) -> None:
    """Rehearse them; a rehearsal that stops early would be quick, and is refused."""
    rehearse_all(requests, done=_refuse_failure)


def _refuse_failure(outcome: Outcome) -> None:
    if outcome.error:
        sys.exit(outcome.error)
