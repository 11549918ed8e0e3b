"""One request as it is seen from outside: its span, its metrics, its line in the log, its ids."""

import re
import time
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Request

from storekit import logs, metrics, tracing

REQUEST_ID = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass
class Seen:
    """What is known of the request once it has been answered."""

    status: int = 500


@contextmanager
def observe(request: Request, route: str) -> Generator[Seen]:
    """Count, time, trace and log the request that is served inside."""
    seen = Seen()
    token = logs.request_id.set(_identify(request))
    began = time.perf_counter()
    with (
        metrics.IN_FLIGHT.track_inprogress(),
        tracing.served(f"{request.method} {route}", dict(request.headers)) as span,
    ):
        try:
            yield seen
        finally:
            _conclude(request, route, seen.status, time.perf_counter() - began)
            tracing.conclude(span, seen.status)
            logs.request_id.reset(token)


def _identify(request: Request) -> str:
    given = request.headers.get(REQUEST_ID, "")
    return given if _GIVEN.fullmatch(given) else uuid.uuid4().hex


def _conclude(request: Request, route: str, status: int, seconds: float) -> None:
    metrics.REQUESTS.labels(request.method, route, str(status)).inc()
    metrics.DURATION.labels(request.method, route).observe(seconds)
    logs.say(
        "request served",
        method=request.method,
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )
