"""The services' operations that the page may use as they are.

Which they are, and what they take and give, is read from the services' descriptions (`contracts/openapi`): an
operation that is tagged for everyone or for customers is one of store-api's too, under `/api`. The request is
passed on, and the service checks it.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.openapi.models import Operation, Parameter, ParameterInType

from contracts.exposure import CUSTOMERS, EVERYONE
from store_api.kept import Kept
from store_api.routes import SignedIn
from storekit import idempotency
from storekit.cache import Cache
from storekit.problem import problems
from storekit.service import part
from storekit.tokens import Customer
from storekit.upstream import Ask, Method, Upstream

PREFIX = "/api"
SERVICES = ("user", "product", "order", "payment")
METHODS: Final[tuple[Method, ...]] = ("GET", "POST", "PUT", "DELETE")
After = Callable[[Request, bytes], None]
_DESCRIPTIONS = files("contracts") / "openapi"
_NAMED = re.compile(r'"#/components/schemas/(\w+)"')


@dataclass(frozen=True)
class Forwarded:
    """One operation of a service, as its description has it."""

    service: str
    method: Method
    path: str
    described: Operation

    @property
    def name(self) -> str:
        """Its id."""
        return str(self.described.operationId)

    @property
    def for_customers(self) -> bool:
        """Whether the visitor must have signed in."""
        return CUSTOMERS in (self.described.tags or [])

    def ask(self, request: Request, body: bytes, customer: Customer | None) -> Ask:
        """The page's request, turned to the service: with what the description names, and nothing else."""
        given = request.headers
        headers = {name: given[name] for name in self._named(ParameterInType.header, given)}
        for name in self._named(ParameterInType.cookie, request.cookies):
            # Quoted: whatever a cookie holds, it cannot become two.
            headers["Cookie"] = f"{name}={quote(request.cookies[name])}"
        if customer:
            headers["Authorization"] = f"Bearer {customer.token}"
        if "Content-Type" in given:
            headers["Content-Type"] = given["Content-Type"]
        repeatable = self.method != "POST" or idempotency.HEADER in headers
        return Ask(self.method, self.target(request), body or None, headers, repeatable)

    def target(self, request: Request) -> str:
        """The path at the service."""
        # With its dots escaped as well, a value cannot lead to another path.
        values = {
            name: quote(value, safe="").replace(".", "%2E") for name, value in request.path_params.items()
        }
        given = request.query_params
        query = urlencode([(name, given[name]) for name in self._named(ParameterInType.query, given)])
        path = self.path.format_map(values)
        return f"{path}?{query}" if query else path

    def _named(self, place: ParameterInType, given: Mapping[str, str]) -> Iterator[str]:
        for parameter in self.described.parameters or []:
            if isinstance(parameter, Parameter) and parameter.in_ is place and parameter.name in given:
                yield parameter.name


class Gateway:
    """Passes requests on. `after`: what is to be done when an operation has succeeded, by its id."""

    def __init__(self, upstreams: Mapping[str, Upstream], cache: Cache, after: Mapping[str, After]) -> None:
        self._upstreams = upstreams
        self._kept = {name: Kept(cache, upstream) for name, upstream in upstreams.items()}
        self._after = after

    def pass_on(self, one: Forwarded, request: Request, body: bytes, customer: Customer | None) -> Response:
        """The service's answer."""
        if one.method == "GET" and customer is None:
            content, status = self._kept[one.service].get(one.target(request)), 200
        else:
            answer = self._upstreams[one.service].answer(one.ask(request, body, customer))
            content, status = answer.data, answer.status
        if one.name in self._after:
            self._after[one.name](request, content)
        return Response(content, status, media_type="application/json")


def routes() -> APIRouter:
    """Every operation that may be passed on."""
    router = APIRouter()
    for one in _forwarded():
        router.add_api_route(
            PREFIX + one.path,
            _for_customers(one) if one.for_customers else _for_everyone(one),
            methods=[one.method],
            operation_id=one.name,
            status_code=min(int(status) for status in one.described.responses or {} if status.isdecimal()),
            response_class=Response,
            responses=problems(401) if one.for_customers else None,
            openapi_extra=one.described.model_dump(
                mode="json", by_alias=True, exclude_none=True, exclude={"tags", "security"}
            ),
        )
    return router


def schemas() -> dict[str, object]:
    """What the descriptions of these operations name, and what that names in turn."""
    known: dict[str, object] = {}
    for service in SERVICES:
        known |= _description(service)["components"]["schemas"]
    found: dict[str, object] = {}
    ahead = {name for one in _forwarded() for name in _names(one.described.model_dump_json(by_alias=True))}
    while ahead:
        name = ahead.pop()
        found[name] = known[name]
        ahead |= _names(json.dumps(known[name])) - found.keys()
    return dict(sorted(found.items()))


def _forwarded() -> Iterator[Forwarded]:
    for service in SERVICES:
        for path, item in _description(service)["paths"].items():
            for method in METHODS:
                described = Operation.model_validate(item.get(method.lower(), {}))
                if {EVERYONE, CUSTOMERS}.intersection(described.tags or []):
                    yield Forwarded(service, method, path, described)


@cache
def _description(service: str) -> dict[str, dict[str, dict[str, object]]]:
    return json.loads((_DESCRIPTIONS / f"{service}.json").read_text())


def _names(text: str) -> set[str]:
    return set(_NAMED.findall(text))


async def _body(request: Request) -> bytes:
    return await request.body()


GatewayPart = Annotated[Gateway, Depends(part(Gateway))]
Body = Annotated[bytes, Depends(_body)]


def _for_everyone(one: Forwarded) -> Callable[..., Response]:
    def answer(request: Request, gateway: GatewayPart, body: Body) -> Response:
        return gateway.pass_on(one, request, body, None)

    return answer


def _for_customers(one: Forwarded) -> Callable[..., Response]:
    def answer(request: Request, gateway: GatewayPart, body: Body, customer: SignedIn) -> Response:
        return gateway.pass_on(one, request, body, customer)

    return answer
