"""Names that the stack's own name becomes a part of."""

import re
from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem, shown
from oneup.settings.model import Settings

_FITS: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?")
"""Clusters, buckets and hosts carry the name: buckets allow no capitals, labels 63 characters."""


def of_the_stack(settings: Settings) -> Iterator[Problem]:
    """Pulumi allows names that AWS and Kubernetes do not."""
    if not _FITS.fullmatch(settings.stack):
        text = (
            f"{shown(settings.stack)} cannot name a cluster; use lower-case letters, digits and -, at most 50"
        )
        yield Problem("(the stack's name)", text, text)
