"""A service is a value; this module makes the WSGI application of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from flask import Flask, Request, Response, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from storekit import logs, openapi
from storekit.configuration import ServiceSettings
from storekit.observe import REQUEST_ID, observe
from storekit.operation import Cookie, Customer, Endpoint, Reply
from storekit.problem import Problem, Refusal, Unavailable
from storekit.request import parse

MAX_BODY_BYTES = 64 * 1024


def _nobody(_: Request) -> Customer:
    raise Refusal(401, "signed_out", "please sign in")


def _always() -> None:
    """A service that depends on nothing is ready as soon as it runs."""


@dataclass(frozen=True)
class Parts:
    """A running service: what it serves, how it learns who asks, and whether it can serve at all."""

    endpoints: Sequence[Endpoint]
    ready: Callable[[], None] = _always
    authenticate: Callable[[Request], Customer] = _nobody


Settings = TypeVar("Settings", bound=ServiceSettings)


@dataclass(frozen=True)
class Service(Generic[Settings]):
    """One service of the shop: its settings, how it is assembled, its tables' history, its commands."""

    name: str
    about: str
    settings: type[Settings]
    assemble: Callable[[Settings], Parts]
    commands: Mapping[str, Callable[[Settings], None]]
    migrations: Path | None = None
    scheme: str = "bearer"


def application(service: Service[Settings], settings: Settings) -> Flask:
    """The WSGI application: the operations, and beside them what the platform asks of every service."""
    parts = service.assemble(settings)
    app = Flask(service.name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    for endpoint in parts.endpoints:
        app.add_url_rule(
            endpoint.path.replace("{", "<").replace("}", ">"),
            endpoint.name,
            _view(endpoint, parts.authenticate),
            methods=[endpoint.method],
        )
    description = openapi.describe(f"shop {service.name}", service.about, parts.endpoints, service.scheme)
    app.add_url_rule("/openapi.json", "openapi", lambda: _json(json.dumps(description)))
    app.add_url_rule("/metrics", "metrics", _metrics)
    app.add_url_rule("/healthz", "healthz", lambda: _json('{"status":"alive"}'))
    app.add_url_rule("/readyz", "readyz", _readiness(parts.ready))
    app.register_error_handler(HTTPException, _unmatched)
    return app


def _view(endpoint: Endpoint, authenticate: Callable[[Request], Customer]) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        with observe(request, endpoint.path) as seen:
            reply = _answer(endpoint, authenticate, arguments)
            seen.status = reply.status
            return _response(reply)

    return view


def _answer(
    endpoint: Endpoint, authenticate: Callable[[Request], Customer], arguments: Mapping[str, str]
) -> Reply:
    try:
        who = authenticate(request) if endpoint.secured else None
        return endpoint.answer(parse(endpoint, request, arguments, who))
    except Refusal as refusal:
        return _refused(refusal)
    except HTTPException as error:
        return _problem(error.code or 500, "http", error.description or "")
    except Exception:
        logs.failure("request failed")
        return _problem(500, "internal", "something went wrong on our side")


def _refused(refusal: Refusal) -> Reply:
    reply = _problem(refusal.status, refusal.title, refusal.detail)
    if isinstance(refusal, Unavailable):
        logs.say("dependency unavailable", needed=refusal.needed)
        return Reply(reply.status, reply.body, {"Retry-After": str(Unavailable.RETRY_AFTER_SECONDS)})
    return reply


def _problem(status: int, title: str, detail: str) -> Reply:
    return Reply(status, Problem(title=title, status=status, detail=detail, request_id=logs.request_id.get()))


def _response(reply: Reply) -> Response:
    media = "application/problem+json" if isinstance(reply.body, Problem) else "application/json"
    text = "" if reply.body is None else reply.body.model_dump_json()
    response = Response(
        text, reply.status, {**reply.headers, REQUEST_ID: logs.request_id.get()}, content_type=media
    )
    if reply.body is None:
        del response.headers["Content-Type"]
    if "Cache-Control" not in reply.headers:
        response.headers["Cache-Control"] = "no-store"
    for cookie in reply.cookies:
        _set(response, cookie)
    return response


def _set(response: Response, cookie: Cookie) -> None:
    response.set_cookie(
        cookie.name,
        cookie.value,
        max_age=cookie.max_age_seconds if cookie.value else 0,
        secure=cookie.secure,
        httponly=True,
        samesite="Strict",
    )


def _readiness(ready: Callable[[], None]) -> Callable[[], Response]:
    def view() -> Response:
        try:
            ready()
        except Refusal as refusal:
            return _response(_refused(refusal))
        return _json('{"status":"ready"}')

    return view


def _metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _unmatched(error: HTTPException) -> Response:
    with observe(request, "unmatched") as seen:
        seen.status = error.code or 500
        response = _response(_problem(seen.status, "http", error.description or ""))
        response.headers.extend(_allowed(error))
        return response


def _allowed(error: HTTPException) -> list[tuple[str, str]]:
    return [header for header in error.get_headers() if header[0] == "Allow"]


def _json(text: str) -> Response:
    return Response(text, content_type="application/json")
