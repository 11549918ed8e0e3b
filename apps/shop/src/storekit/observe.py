"""One request as it is seen from outside: its metrics, its line in the log, its id. FastAPI traces it."""

import re
import time
import uuid

from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storekit import logs, metrics
from storekit.problem import Refusal, problem

REQUEST_ID = "X-Request-Id"
MAX_BODY_BYTES = 64 * 1024
# What the platform asks of every service is no request of a customer.
PLATFORM_PATHS = frozenset({"/healthz", "/readyz", "/metrics", "/openapi.json"})
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def unobserved(scope: Scope) -> bool:
    """Whether a request is the platform's own: neither counted nor traced nor logged."""
    return scope["type"] != "http" or scope["path"] in PLATFORM_PATHS


class Observe:
    """Middleware that counts, times, limits and logs every request, and turns a defect into a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if unobserved(scope):
            await self._app(scope, receive, send)
            return
        token = logs.request_id.set(_identify(Headers(scope=scope)))
        try:
            with metrics.IN_FLIGHT.track_inprogress():
                await self._serve(scope, _Limited(receive), _Seen(send))
        finally:
            logs.request_id.reset(token)

    async def _serve(self, scope: Scope, receive: Receive, seen: "_Seen") -> None:
        began = time.perf_counter()
        try:
            await self._app(scope, receive, seen)
        except Exception:
            logs.failure("request failed")
            if not seen.status:
                failure = Refusal(500, "internal", "something went wrong on our side")
                await problem(failure)(scope, receive, seen)
        finally:
            _conclude(scope, seen.status or 500, time.perf_counter() - began)


class _Seen:
    """Sends the response with the headers that every one has, and remembers its status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = MutableHeaders(scope=message)
            headers[REQUEST_ID] = logs.request_id.get()
            headers.setdefault("Cache-Control", "no-store")
        await self._send(message)


class _Limited:
    """Receives a body up to the limit. FastAPI's own `max_body_size` would answer in plain text."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > MAX_BODY_BYTES:
            raise HTTPException(413)
        return message


def _identify(headers: Headers) -> str:
    given = headers.get(REQUEST_ID, "")
    return given if _GIVEN.fullmatch(given) else uuid.uuid4().hex


def _conclude(scope: Scope, status: int, seconds: float) -> None:
    method, route = str(scope["method"]), _route(scope, status)
    metrics.REQUESTS.labels(method, route, str(status)).inc()
    metrics.DURATION.labels(method, route).observe(seconds)
    milliseconds = round(seconds * 1000, 1)
    logs.say("request served", method=method, route=route, status=status, milliseconds=milliseconds)


def _route(scope: Scope, status: int) -> str:
    # A path that is known only with other methods has a route as well.
    found = scope.get("route")
    return found.path if isinstance(found, APIRoute) and status != 405 else "unmatched"
