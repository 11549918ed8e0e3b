"""Determinism: two runs of the program give the same inputs."""

import re
from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.inputs import scalars
from oneup.policy.rule import ResourceRule

NONDETERMINISTIC_PROVIDERS: Final = ("random:", "time:", "tls:")
"""Providers whose resources generate values."""

TIMESTAMP: Final = re.compile(
    r"\b(?!1970-01-01T00:00:00Z)"
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?\b"
)
"""A timestamp. Dates alone are configuration: the version of a policy, the start of a schema; and so is the
first second of 1970, which kinds of Kubernetes have as a default."""


def _generated_values(resource: Resource) -> Iterator[str]:
    if resource.type.startswith(NONDETERMINISTIC_PROVIDERS):
        yield "its value differs between runs; derive the name from the stack's name instead"


def _timestamps(resource: Resource) -> Iterator[str]:
    for path, value in scalars(resource.inputs):
        if isinstance(value, str) and TIMESTAMP.search(value):
            yield f"{'.'.join(path)} contains a timestamp, which differs in the next run; remove it"


SEEN: Final = ("pulumi-kubernetes#2649", "pulumi-kubernetes#1724", "pulumi-kubernetes#2573")

RULES: Final = (
    ResourceRule(
        id="nothing-made-up",
        description="No resource generates a random or time-based value.",
        incidents=SEEN,
        check=_generated_values,
    ),
    ResourceRule(
        id="no-time",
        description="No input contains a timestamp.",
        incidents=SEEN,
        check=_timestamps,
    ),
)
