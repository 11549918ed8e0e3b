"""Another service of the shop, asked over HTTP."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import urllib3
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import HTTPError

from storekit import logs, metrics, tracing
from storekit.observe import REQUEST_ID
from storekit.problem import Problem, Refusal, Unavailable

Method = Literal["GET", "POST", "PUT", "DELETE"]
CONNECT_SECONDS = 0.5
READ_SECONDS = 10.0
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Ask:
    """A request. `repeatable`: asking twice does what asking once does, so it may be asked again."""

    method: Method
    path: str
    body: BaseModel | bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    repeatable: bool = True


class Upstream:
    """A client for one service: pooled connections, deadlines, a repetition where that is safe, traces."""

    def __init__(self, name: str, url: str, connections: int) -> None:
        self.name = name
        self._url = url.rstrip("/")
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        self._pool = urllib3.PoolManager(maxsize=connections, block=False, timeout=timeout, retries=False)

    def call(self, ask: Ask, returns: type[Model]) -> Model:
        """The answer's body. Refusal for their refusal; Unavailable for their silence or failure."""
        return self._parsed(self.answer(ask), returns)

    def answer(self, ask: Ask) -> urllib3.BaseHTTPResponse:
        """The answer as it comes, unless it is a refusal or a failure."""
        response = self._timed(ask)
        if response.status >= 500:
            raise Unavailable(f"the {self.name} service")
        if response.status >= 400:
            problem = self._parsed(response, Problem)
            raise Refusal(response.status, problem.title, problem.detail)
        return response

    def _parsed(self, response: urllib3.BaseHTTPResponse, model: type[Model]) -> Model:
        try:
            return model.model_validate_json(response.data)
        except ValidationError as error:
            logs.say("unreadable answer", upstream=self.name, status=response.status, error=error.title)
            raise Unavailable(f"the {self.name} service") from error

    def _timed(self, ask: Ask) -> urllib3.BaseHTTPResponse:
        began = time.perf_counter()
        status = "none"
        try:
            response = self._send(ask)
            status = str(response.status)
        except HTTPError as error:
            logs.say("no answer", upstream=self.name, error=type(error).__name__)
            raise Unavailable(f"the {self.name} service") from error
        finally:
            metrics.UPSTREAM.labels(self.name, status).observe(time.perf_counter() - began)
        return response

    def _send(self, ask: Ask) -> urllib3.BaseHTTPResponse:
        headers = {REQUEST_ID: logs.request_id.get(), **ask.headers}
        if isinstance(ask.body, BaseModel):
            headers["Content-Type"] = "application/json"
            body = ask.body.model_dump_json().encode()
        else:
            body = ask.body
        url = self._url + ask.path
        retries = _repetitions(ask.repeatable)
        with tracing.asked(f"{ask.method} {self.name}", headers) as span:
            response = self._pool.request(ask.method, url, body=body, headers=headers, retries=retries)
            tracing.conclude(span, response.status)
            return response


def _repetitions(repeatable: bool) -> urllib3.Retry:
    # A refused connection may always be tried again; a lost answer only if the request is repeatable.
    return urllib3.Retry(
        total=2,
        connect=2,
        read=1 if repeatable else 0,
        redirect=0,
        status=0,
        other=0,
        allowed_methods=None,
        backoff_factor=0.05,
    )
