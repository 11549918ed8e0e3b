import json
from typing import Annotated, cast

import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, Query
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import BaseModel

from contracts.identifiers import VisitorsCart
from storekit.configuration import ServiceSettings, read
from storekit.observe import MAX_BODY_BYTES
from storekit.problem import Problem, Refusal, Unavailable, problems
from storekit.service import Parts, Service, application, part
from storekit.tokens import Bearer, TokenSettings

CART = "0" * 8 + "-0000-0000-0000-" + "0" * 12
router = APIRouter()


class Wish(BaseModel):
    number: int


class Fulfilled(BaseModel):
    number: int


class Fairy:
    """Fulfils wishes, or fails."""

    def __init__(self, failure: Exception | None) -> None:
        self.failure = failure


@router.post("/wishes", responses=problems(409))
def make_wish(
    fairy: Annotated[Fairy, Depends(part(Fairy))],
    body: Wish,
    colour: Annotated[str | None, Query(pattern="^(red|blue)$")] = None,
) -> Fulfilled:
    if fairy.failure:
        raise fairy.failure
    return Fulfilled(number=body.number + len(colour or ""))


@router.get("/cart")
def get_cart(cart: VisitorsCart = None) -> str:
    return cart or "none"


@router.post("/secrets")
def tell(customer: Bearer, body: Wish) -> str:
    return f"{body.number} of {customer.user_id}"


@router.get("/lie")
def lie() -> Fulfilled:
    return cast("Fulfilled", Wish.model_construct())


@router.get("/threads")
async def count_threads() -> float:
    return current_default_thread_limiter().total_tokens


def client(failure: Exception | None = None, **variables: str) -> TestClient:
    parts = Parts([Fairy(failure), TokenSettings(secret="x" * 32)])
    service = Service("test", "A test", ServiceSettings, router, lambda _: parts, {})
    return TestClient(application(service, read(ServiceSettings, variables)))


def wish(failure: Exception | None = None) -> Response:
    return client(failure).post("/wishes", json={"number": 1})


def told(answer: Response) -> tuple[int, str]:
    return answer.status_code, Problem.model_validate_json(answer.content).title


def test_a_right_request_reaches_the_handler() -> None:
    answer = client().post("/wishes?colour=red", json={"number": 4})
    assert (answer.status_code, answer.json()) == (200, {"number": 7})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "media", "status", "title"),
    [
        (b'{"number": ', "application/json", 400, "malformed"),
        (b"[" * 50_000, "application/json", 400, "malformed"),
        (b"\xff", "application/json", 400, "malformed"),
        (b"number=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"number": 1}', "text/plain", 415, "unsupported_media_type"),
        (b'{"number": 1}', "", 415, "unsupported_media_type"),
        (b'{"number": "many"}', "application/json", 422, "invalid"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"number": 1}' + b" " * MAX_BODY_BYTES, "application/json", 413, "http"),
    ],
    ids=[
        "cut off",
        "deep",
        "not UTF-8",
        "a form",
        "text",
        "of no type",
        "of a wrong type",
        "incomplete",
        "long",
    ],
)
def test_a_wrong_body_is_refused(body: bytes, media: str, status: int, title: str) -> None:
    answer = client().post("/wishes", content=body, headers={"Content-Type": media} if media else {})
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = Problem.model_validate_json(answer.content)
    assert (answer.status_code, problem.status, problem.title) == (status, status, title)
    assert problem.request_id == answer.headers["X-Request-Id"]


def test_a_parameter_that_does_not_match_its_pattern_is_refused() -> None:
    assert told(client().post("/wishes?colour=green", json={"number": 1})) == (422, "invalid")


@pytest.mark.parametrize(("cookie", "seen"), [(CART, CART), ("neither", "none")])
def test_a_cookie_that_cannot_be_used_is_left_out(cookie: str, seen: str) -> None:
    assert client().get("/cart", headers={"Cookie": f"cart={cookie}"}).json() == seen


def test_a_refusal_becomes_its_problem() -> None:
    assert told(wish(Refusal(409, "taken", "too late"))) == (409, "taken")


def test_what_is_unavailable_says_when_to_come_again() -> None:
    answer = wish(Unavailable("the moon"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


def test_a_defect_is_told_without_its_inside() -> None:
    answer = wish(RuntimeError("the password is swordfish"))
    assert told(answer) == (500, "internal")
    assert b"swordfish" not in answer.content


def test_an_answer_that_is_not_declared_is_a_defect() -> None:
    assert told(client().get("/lie")) == (500, "internal")


def test_a_secured_handler_asks_who_comes_before_it_looks_at_the_request() -> None:
    assert told(client().post("/secrets", json={"number": "wrong"})) == (401, "signed_out")
    assert told(client().post("/secrets", json={}, headers={"Authorization": "Bearer x"})) == (
        401,
        "signed_out",
    )


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/wishes", 405), ("GET", "/nowhere", 404)])
def test_what_does_not_exist_is_a_problem_like_any_other(method: str, path: str, status: int) -> None:
    answer = client().request(method, path)
    assert told(answer) == (status, "http")
    assert ("POST" in answer.headers.get("Allow", "")) == (status == 405)


def test_the_description_names_what_may_come_back() -> None:
    document = json.loads(client().get("/openapi.json").content)
    operation = document["paths"]["/wishes"]["post"]
    assert operation["operationId"] == "makeWish"
    assert set(operation["responses"]) == {"200", "409", "default"}
    problem = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"]
    assert problem.rpartition("/")[2] in document["components"]["schemas"]
    assert document["paths"]["/secrets"]["post"]["security"] == [{"bearer": []}]


def test_a_request_id_is_kept_if_it_is_one() -> None:
    kept = client().get("/cart", headers={"X-Request-Id": "abc-1"})
    replaced = client().get("/cart", headers={"X-Request-Id": "a b"})
    assert kept.headers["X-Request-Id"] == "abc-1"
    assert len(replaced.headers["X-Request-Id"]) == 32


def test_as_many_requests_are_served_at_once_as_the_service_is_told() -> None:
    with client(SHOP_THREADS="3") as served:
        assert served.get("/threads").json() == 3
