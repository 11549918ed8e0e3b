"""Determinism: two runs of the program give the same inputs, and a refresh changes none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from oneup.api_groups import BUILT_IN_API_GROUPS
from oneup.plan import Json, Resource
from oneup.plan.inputs import scalars
from oneup.plan.query import api_group, is_object, object_kind
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


def _dropped(resource: Resource) -> Iterator[str]:
    """What the API server leaves out of an object that it keeps.

    Empty maps are no such thing: an empty selector selects all. Custom resources are kept as they are given.
    """
    if is_object(resource) and api_group(resource) in BUILT_IN_API_GROUPS:
        for path in _empty_lists(resource.inputs):
            yield f"{'.'.join(path)} is an empty list, which the API server drops; leave it out"
        if object_kind(resource) == "PriorityClass" and resource.inputs.get("globalDefault") is False:
            yield "globalDefault is false, which the API server drops; leave it out"


def _empty_lists(value: Json, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            # A schema is kept as it is given.
            if key != "openAPIV3Schema":
                yield from _empty_lists(inner, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            yield path
        for inner in value:
            yield from _empty_lists(inner, (*path, "*"))


SEEN: Final = ("pulumi-kubernetes#2649", "pulumi-kubernetes#1724", "pulumi-kubernetes#2573")

RULES: Final = (
    ResourceRule(
        id="no-generated-values",
        description="No resource generates a random or time-based value.",
        incidents=SEEN,
        check=_generated_values,
    ),
    ResourceRule(
        id="no-timestamps",
        description="No input contains a timestamp.",
        incidents=SEEN,
        check=_timestamps,
    ),
    ResourceRule(
        id="no-values-dropped-by-api-server",
        description="An object of Kubernetes holds nothing that its API server leaves out.",
        incidents=("pulumi-kubernetes#2649",),
        check=_dropped,
    ),
)
