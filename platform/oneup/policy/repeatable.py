"""Two runs of the program give the same inputs."""

import re
from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.inputs import scalars
from oneup.policy.rule import ResourceRule

FICKLE: Final = ("random:", "time:", "tls:")
"""Providers whose resources make values up."""

MOMENT: Final = re.compile(
    r"\b(?!1970-01-01T00:00:00Z)"
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?\b"
)
"""A time of day. Dates alone are configuration: the version of a policy, the start of a schema; and so is the
first second of 1970, which kinds of Kubernetes have as a default."""


def _made_up(resource: Resource) -> Iterator[str]:
    if resource.type.startswith(FICKLE):
        yield "its value is made up in the run that makes it; derive a name from the stack's instead"


def _moments(resource: Resource) -> Iterator[str]:
    for path, value in scalars(resource.inputs):
        if isinstance(value, str) and MOMENT.search(value):
            yield f"{'.'.join(path)} holds a time, and differs in the next run; leave it out"


SEEN: Final = ("pulumi-kubernetes#2649", "pulumi-kubernetes#1724", "pulumi-kubernetes#2573")

RULES: Final = (
    ResourceRule(
        name="nothing-made-up",
        sentence="No resource makes a value up.",
        seen=SEEN,
        check=_made_up,
    ),
    ResourceRule(
        name="no-time",
        sentence="No input holds a time of day.",
        seen=SEEN,
        check=_moments,
    ),
)
