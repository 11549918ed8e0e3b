import json
from collections.abc import Callable
from typing import cast

import pytest
from flask import Request
from flask.testing import FlaskClient
from pydantic import BaseModel

from storekit.configuration import ServiceSettings, read
from storekit.operation import Call, Cookie, Customer, Nothing, Operation, Parameter, Reply
from storekit.problem import Problem, Refusal, Unavailable
from storekit.service import MAX_BODY_BYTES, Parts, Service, application

NAME = Parameter("name", "path", "[a-z]+", "a name")
COLOUR = Parameter("colour", "query", "red|blue", "a colour")
SHADE = Parameter("shade", "cookie", "dark|light", "a shade", required=False)


class Wish(BaseModel):
    number: int


class Fulfilled(BaseModel):
    number: int


def client(run: Callable[[Call[Wish]], Reply], *parameters: Parameter, secured: bool = False) -> FlaskClient:
    operation = Operation(
        name="wish",
        method="POST",
        path="/wishes/{name}",
        about="Make a wish",
        body=Wish,
        run=run,
        replies={200: Fulfilled, 204: Nothing, 409: Problem},
        parameters=(NAME, *parameters),
        secured=secured,
    )
    parts = Parts((operation,), authenticate=authenticate)
    service = Service("test", "A test", ServiceSettings, lambda _: parts, {})
    return application(service, read(ServiceSettings, {})).test_client()


def authenticate(request: Request) -> Customer:
    if request.headers.get("Authorization") != "right":
        raise Refusal(401, "signed_out", "please sign in")
    return Customer("someone", "session", "token")


def fulfil(call: Call[Wish]) -> Reply:
    return Reply(200, Fulfilled(number=call.body.number))


def fail(problem: Exception) -> Callable[[Call[Wish]], Reply]:
    def run(_: Call[Wish]) -> Reply:
        raise problem

    return run


def wish(caller: FlaskClient, body: object = None, path: str = "/wishes/peace") -> tuple[int, str]:
    answer = caller.post(path, json={"number": 1} if body is None else body)
    found = cast("dict[str, str]", answer.json if answer.data else {})
    return answer.status_code, found.get("title", "")


def test_a_right_request_reaches_the_operation() -> None:
    answer = client(fulfil).post("/wishes/peace", json={"number": 7})
    assert (answer.status_code, answer.json) == (200, {"number": 7})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "media", "status", "title"),
    [
        (b'{"number": ', "application/json", 400, "malformed"),
        (b"[" * 5000, "application/json", 400, "malformed"),
        (b"\xff", "application/json", 400, "malformed"),
        (b"number=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"number": "many"}', "application/json", 422, "invalid"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"number": 1}' + b" " * MAX_BODY_BYTES, "application/json", 413, "http"),
    ],
    ids=["cut off", "deep", "not UTF-8", "a form", "of the wrong type", "incomplete", "too long"],
)
def test_a_wrong_body_is_refused(body: bytes, media: str, status: int, title: str) -> None:
    answer = client(fulfil).post("/wishes/peace", data=body, content_type=media)
    assert answer.content_type == "application/problem+json"
    problem = Problem.model_validate(answer.json)
    assert (answer.status_code, problem.status, problem.title) == (status, status, title)
    assert problem.request_id == answer.headers["X-Request-Id"]


def test_a_path_that_does_not_match_its_pattern_is_refused() -> None:
    assert wish(client(fulfil), path="/wishes/Peace!") == (422, "invalid")


def test_a_required_parameter_must_come() -> None:
    caller = client(fulfil, COLOUR)
    assert wish(caller) == (422, "invalid")
    assert wish(caller, path="/wishes/peace?colour=green") == (422, "invalid")
    assert wish(caller, path="/wishes/peace?colour=red")[0] == 200


def test_a_cookie_that_cannot_be_used_is_left_out() -> None:
    seen: list[str | None] = []

    def run(call: Call[Wish]) -> Reply:
        seen.append(call.parameters.get("shade"))
        return Reply(204)

    caller = client(run, SHADE)
    for value in ("dark", "neither"):
        caller.set_cookie("shade", value)
        assert wish(caller)[0] == 204
    assert seen == ["dark", None]


def test_a_refusal_becomes_its_problem() -> None:
    assert wish(client(fail(Refusal(409, "taken", "too late")))) == (409, "taken")


def test_what_is_unavailable_says_when_to_come_again() -> None:
    answer = client(fail(Unavailable("the moon"))).post("/wishes/peace", json={"number": 1})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_a_defect_is_told_without_its_inside() -> None:
    answer = client(fail(RuntimeError("the password is swordfish"))).post("/wishes/peace", json={"number": 1})
    assert answer.status_code == 500
    assert b"swordfish" not in answer.data


@pytest.mark.parametrize("reply", [Reply(201, Fulfilled(number=1)), Reply(200, Wish(number=1)), Reply(200)])
def test_an_answer_that_is_not_declared_is_a_defect(reply: Reply) -> None:
    assert wish(client(lambda _: reply))[0] == 500


def test_a_secured_operation_asks_who_comes_before_it_looks_at_the_request() -> None:
    caller = client(lambda call: Reply(200, Fulfilled(number=len(call.customer.user_id))), secured=True)
    assert wish(caller, {"number": "wrong"}) == (401, "signed_out")
    answer = caller.post("/wishes/peace", json={"number": 1}, headers={"Authorization": "right"})
    assert answer.json == {"number": 7}


def test_cookies_are_for_the_server_only() -> None:
    caller = client(lambda _: Reply(204, cookies=(Cookie("session", "abc", 60, secure=True),)))
    attributes = caller.post("/wishes/peace", json={"number": 1}).headers["Set-Cookie"].split("; ")
    assert {"session=abc", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=60"} <= set(attributes)


def test_an_empty_cookie_is_removed() -> None:
    caller = client(lambda _: Reply(204, cookies=(Cookie("session", "", 60, secure=True),)))
    assert "Max-Age=0" in caller.post("/wishes/peace", json={"number": 1}).headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/wishes/peace", 405), ("GET", "/nowhere", 404)]
)
def test_what_does_not_exist_is_a_problem_like_any_other(method: str, path: str, status: int) -> None:
    answer = client(fulfil).open(path, method=method)
    assert Problem.model_validate(answer.json).status == answer.status_code == status
    assert ("POST" in answer.headers.get("Allow", "")) == (status == 405)


def test_the_description_names_everything_that_may_come_back() -> None:
    described = json.loads(client(fulfil, secured=True).get("/openapi.json").data)
    operation = described["paths"]["/wishes/{name}"]["post"]
    assert set(operation["responses"]) == {"200", "204", "400", "401", "409", "413", "415", "422", "default"}
    assert operation["requestBody"]["required"] is True
    assert operation["parameters"][0]["schema"] == {"type": "string", "pattern": "^[a-z]+$"}


def test_a_request_id_is_kept_if_it_is_one() -> None:
    caller = client(fulfil)
    kept = caller.post("/wishes/peace", json={"number": 1}, headers={"X-Request-Id": "abc-1"})
    replaced = caller.post("/wishes/peace", json={"number": 1}, headers={"X-Request-Id": "a b"})
    assert kept.headers["X-Request-Id"] == "abc-1"
    assert len(replaced.headers["X-Request-Id"]) == 32
