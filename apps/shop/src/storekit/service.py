"""A service is a value; this module makes its application, by FastAPI."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

from storekit import logs
from storekit.configuration import ServiceSettings
from storekit.observe import Observe, unobserved
from storekit.problem import Problem, Refusal, Unavailable, problem, problems

Kind = TypeVar("Kind")
Settings = TypeVar("Settings", bound=ServiceSettings)


def _always() -> None:
    """A service that depends on nothing is ready as soon as it runs."""


@dataclass(frozen=True)
class Parts:
    """A running service: what its handlers ask for by type, and whether it can serve at all."""

    provided: Sequence[object]
    ready: Callable[[], None] = _always


@dataclass(frozen=True)
class Service(Generic[Settings]):
    """One service of the shop: its settings, its operations, how it is assembled, its tables, its commands.

    `schemas`: what its description names beside its own handlers' models.
    """

    name: str
    about: str
    settings: type[Settings]
    router: APIRouter
    assemble: Callable[[Settings], Parts]
    commands: Mapping[str, Callable[[Settings], None]]
    migrations: Path | None = None
    schemas: Mapping[str, object] = field(default_factory=dict[str, object])


def part(kind: type[Kind]) -> Callable[[Request], Awaitable[Kind]]:
    """The dependency of a handler on a part of its service: `Depends(part(Shelf))`."""

    async def find(request: Request) -> Kind:  # async: anything else would take a thread of its own
        provided: Mapping[type, object] = request.app.state.provided
        found = provided[kind]
        assert isinstance(found, kind)
        return found

    return find


def application(service: Service[Settings], settings: Settings) -> FastAPI:
    """The application that is served."""
    app = described(service)
    parts = service.assemble(settings)
    app.state.provided = {type(one): one for one in parts.provided}
    app.state.ready = parts.ready
    app.state.threads = settings.threads
    return app


def described(service: Service[Settings]) -> FastAPI:
    """The application as far as its description goes; without its parts it can answer nothing else."""
    app = FastAPI(
        title=f"shop {service.name}",
        version="1",
        description=service.about,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        responses=problems(),
        generate_unique_id_function=_operation_id,
        telemetry={"metrics": False, "logs": False, "operation_spans": False, "exclude": unobserved},
    )
    app.add_middleware(Observe)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.include_router(service.router)
    for path, answer in (("/healthz", _alive), ("/readyz", _ready), ("/metrics", _metrics)):
        app.add_api_route(path, answer, include_in_schema=False)
    schemas = app.openapi()["components"]["schemas"]
    schemas |= {Problem.__name__: Problem.model_json_schema(), **service.schemas}
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    # Handlers that are not async run in threads: so many, and so many database connections.
    current_default_thread_limiter().total_tokens = app.state.threads
    yield


def _operation_id(route: APIRoute) -> str:
    return to_camel(route.name)


async def _alive() -> Mapping[str, str]:
    return {"status": "alive"}


def _ready(request: Request) -> Mapping[str, str]:
    request.app.state.ready()
    return {"status": "ready"}


async def _metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    if isinstance(refusal, Unavailable):
        logs.say("dependency unavailable", needed=refusal.needed)
        return problem(refusal, {"Retry-After": str(Unavailable.RETRY_AFTER_SECONDS)})
    return problem(refusal)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = "malformed" if error.status_code == 400 else "http"
    return problem(Refusal(error.status_code, title, error.detail), error.headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    location: tuple[int | str, ...] = first["loc"]
    place, *steps = location
    # A form or a text/plain body could be sent across origins without a preflight: only JSON is read.
    if place == "body" and not _is_json(request):
        return problem(Refusal(415, "unsupported_media_type", "the body must be application/json"))
    if first["type"] == "json_invalid":
        return problem(Refusal(400, "malformed", "the body is not JSON"))
    where = ".".join(str(step) for step in steps) or str(place)
    return problem(Refusal(422, "invalid", f"{where}: {first['msg']}"))


def _is_json(request: Request) -> bool:
    media_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")
