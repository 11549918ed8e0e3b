"""Time: what is given too little of it fails halfway, and what is given too much is noticed too late."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from oneup.plan import Resource
from oneup.plan.inputs import string_at, value_at
from oneup.plan.query import api_group, is_object, object_kind
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.policy.order import is_root
from oneup.policy.rule import ResourceRule

ROOT_DELETE_SECONDS: Final = 1200
"""The root's deletion waits for load balancers and volumes, minutes each (argo-cd#7860)."""

AWAIT_ANNOTATION: Final = "pulumi.com/timeoutSeconds"
AWAIT_SECONDS: Final = 300

JOB_SECONDS: Final = 300
"""A job pulls its image, which takes a minute or two on a new node, and then works."""

START_SECONDS: Final = 60
"""Below 10 seconds a CronJob may never start: its controller looks every 10 (Kubernetes' page on CronJob)."""

DAY: Final = 24 * 60

UNITS: Final[Mapping[str, int]] = {"h": 3600, "m": 60, "s": 1}
REFRESHED_KINDS: Final = ("ExternalSecret", "ClusterExternalSecret", "PushSecret")
REFRESH_SECONDS: Final = (60, 24 * 3600)
"""At most every minute, for AWS bills each call; and a changed secret arrives within a day."""


def _short_timeouts(resource: Resource) -> Iterator[str]:
    entry = RESOURCE_TYPES.get(resource.type)
    for step, seconds in resource.custom_timeouts.items():
        least = entry.timeouts.get(step, 0) if entry else 0
        if seconds < least:
            yield f"its {step} may take {least} s; set customTimeouts.{step} to no less"
    if is_root(resource) and resource.custom_timeouts.get("delete", 0) < ROOT_DELETE_SECONDS:
        yield (
            "what it deploys takes minutes to delete, and a destroy would give up halfway;"
            f" set customTimeouts.delete to {ROOT_DELETE_SECONDS} s or more"
        )
    gives_up = string_at(resource, "spec", "timeout")
    if is_root(resource) and gives_up and duration(gives_up) < AWAIT_SECONDS:
        yield f"what it deploys has only {gives_up} to become ready; set spec.timeout to 5m or more"
    waits = string_at(resource, "metadata", "annotations", AWAIT_ANNOTATION)
    if waits.isdecimal() and int(waits) < AWAIT_SECONDS:
        yield f"it is awaited for {waits} s only; set {AWAIT_ANNOTATION} to {AWAIT_SECONDS} or more"


def _hurried_jobs(resource: Resource) -> Iterator[str]:
    if not is_object(resource) or object_kind(resource) != "CronJob":
        return
    interval = shortest_interval(string_at(resource, "spec", "schedule"))
    deadline = value_at(resource.inputs, "spec", "jobTemplate", "spec", "activeDeadlineSeconds")
    if not isinstance(deadline, int | float) or not JOB_SECONDS <= deadline <= interval * 60:
        yield (
            f"its deadline is {deadline} s, and it runs every {interval} minutes; set activeDeadlineSeconds"
            f" between {JOB_SECONDS} and {interval * 60}"
        )
    starts = value_at(resource.inputs, "spec", "startingDeadlineSeconds")
    if isinstance(starts, int | float) and starts < START_SECONDS:
        yield f"it is skipped when it is {starts} s late; set startingDeadlineSeconds to {START_SECONDS} or more"
    if value_at(resource.inputs, "spec", "concurrencyPolicy") not in ("Forbid", "Replace"):
        yield "two of its runs may work on the same data; set concurrencyPolicy to Forbid"


def shortest_interval(schedule: str) -> int:
    """The minutes between two runs of a cron schedule on a day on which it runs; a day's where it has no meaning."""
    fields = schedule.split()
    if len(fields) != 5:
        return DAY
    times = sorted(60 * hour + minute for hour in _field(fields[1], 24) for minute in _field(fields[0], 60))
    if not times:
        return DAY
    return min(later - earlier for earlier, later in pairwise((*times, times[0] + DAY)))


def _field(field: str, size: int) -> Iterator[int]:
    """The values of a cron field: ``*``, ``5``, ``1-5``, ``*/10``, ``0-30/10`` and lists of them."""
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            first, last = "0", str(size - 1)
        if first.isdecimal() and (last or first).isdecimal() and (step or "1").isdecimal():
            end = int(last or (size - 1 if step else first))
            yield from range(int(first), min(end, size - 1) + 1, max(int(step or 1), 1))


def _stale_secrets(resource: Resource) -> Iterator[str]:
    if api_group(resource) != "external-secrets.io" or object_kind(resource) not in REFRESHED_KINDS:
        return
    if string_at(resource, "spec", "refreshPolicy") == "CreatedOnce":
        return
    least, most = REFRESH_SECONDS
    interval = string_at(resource, "spec", "refreshInterval")
    if not least <= duration(interval) <= most:
        yield f"it is refreshed at an interval of {interval or 'nothing'}; set refreshInterval to between 1m and 24h"


def duration(text: str) -> int:
    """A duration as Go writes it (``1h30m0s``) in seconds; 0 where it is none."""
    total, number = 0, ""
    for character in text:
        if character in UNITS and number.isdecimal():
            total, number = total + int(number) * UNITS[character], ""
        else:
            number += character
    return 0 if number else total


RULES: Final = (
    ResourceRule(
        id="timeouts-sufficient",
        description="No timeout is shorter than what the provider itself allows, or than the root's deletion takes.",
        incidents=("argo-cd#7860",),
        check=_short_timeouts,
    ),
    ResourceRule(
        id="cron-jobs-have-time",
        description="A CronJob's run has minutes to finish, and ends before the next one starts.",
        check=_hurried_jobs,
    ),
    ResourceRule(
        id="external-secrets-refreshed",
        description="Every ExternalSecret and PushSecret is refreshed at least once a day.",
        check=_stale_secrets,
    ),
)
