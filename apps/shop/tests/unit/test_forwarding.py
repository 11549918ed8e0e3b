import pytest
from fastapi.testclient import TestClient

from running.neighbour import Neighbour, Reply
from running.shop import OWNERS, SECRET
from store_api.forwarding import Gateway
from store_api.service import SERVICE
from store_api.sessions import Sessions
from storekit.cache import Cache, RedisSettings
from storekit.configuration import ServiceSettings, read
from storekit.service import Parts, Service, application
from storekit.tokens import Customer, TokenSettings

CACHE = Cache(RedisSettings(url="redis://127.0.0.1:1/0"))  # away: it keeps nothing
KEY = {"Idempotency-Key": "k" * 16}
OK = Reply(200, b"{}")


class Door:
    """store-api in front of a neighbour that stands for every service."""

    def __init__(self, neighbour: Neighbour) -> None:
        self.placed: list[bytes] = []
        self.neighbour = neighbour
        gateway = Gateway(
            dict.fromkeys(OWNERS, neighbour.upstream),
            CACHE,
            {"placeOrder": lambda _, answer: self.placed.append(answer)},
        )
        parts = Parts([gateway, Sessions(CACHE, neighbour.upstream, TokenSettings(secret=SECRET))])
        service = Service("door", "A test", ServiceSettings, SERVICE.router, lambda _: parts, {})
        self.client = TestClient(application(service, read(ServiceSettings, {})))


def believe(_: Sessions, token: str) -> Customer:
    return Customer("someone", "session", token)


@pytest.fixture
def door(neighbour: Neighbour, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr(Sessions, "authenticate", believe)
    neighbour.replies = [OK]
    return Door(neighbour)


def test_only_what_the_description_names_is_passed_on(door: Door) -> None:
    headers = {**KEY, "Cookie": "cart=a; session=token; other=b", "X-Other": "c"}
    answer = door.client.post(
        "/api/orders?x=1", content=b'{"a": 1}', headers={"Content-Type": "text/x", **headers}
    )
    assert (answer.status_code, answer.content) == (200, b"{}")
    (asked,) = door.neighbour.received
    assert (asked.method, asked.path, asked.body) == ("POST", "/orders", b'{"a": 1}')
    assert asked.headers["Idempotency-Key"] == KEY["Idempotency-Key"]
    assert asked.headers["Cookie"] == "cart=a"
    assert asked.headers["Authorization"] == "Bearer token"
    assert asked.headers["Content-Type"] == "text/x"
    assert "X-Other" not in asked.headers


def test_a_body_of_no_type_does_not_become_json(door: Door) -> None:
    door.client.post("/api/payment-methods", content=b"{}")
    assert "Content-Type" not in door.neighbour.received[0].headers


def test_a_cookie_cannot_become_two(door: Door) -> None:
    door.client.get("/api/orders")  # takes no cookie
    assert "Cookie" not in door.neighbour.received[0].headers
    door.neighbour.replies = [OK]
    door.client.post("/api/orders", headers={**KEY, "Cookie": r'cart="a\073 b=c\015\012X: d"'})
    assert door.neighbour.received[1].headers["Cookie"] == "cart=a%3B%20b%3Dc%0D%0AX%3A%20d"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/products?search=a%26b&category=desk&other=1", "/products?category=desk&search=a%26b"),
        ("/api/products/oak-board", "/products/oak-board"),
        ("/api/products/%2e%2e", "/products/%2E%2E"),
        ("/api/products/a%3Fsearch=b%23", "/products/a%3Fsearch%3Db%23"),
    ],
)
def test_a_value_stays_in_its_place(door: Door, path: str, asked: str) -> None:
    door.client.get(path)
    assert [one.path for one in door.neighbour.received] == [asked]


@pytest.mark.parametrize(
    "path", ["/api/products/a%2F..%2F..%2Fmetrics", "/api/payments", "/api/carts/x", "/api/metrics"]
)
def test_what_is_not_exposed_is_not_there(door: Door, path: str) -> None:
    assert [door.client.request(method, path).status_code for method in ("GET", "POST")] == [404, 404]
    assert door.neighbour.received == []


@pytest.mark.parametrize(("headers", "tries"), [(KEY, 2), ({}, 1)], ids=["with a key", "without"])
def test_only_a_request_that_can_be_repeated_is_sent_again(
    door: Door, headers: dict[str, str], tries: int
) -> None:
    door.neighbour.replies = [None, OK]
    answer = door.client.post("/api/orders", headers=headers)
    assert (answer.status_code, len(door.neighbour.received)) == (200 if tries == 2 else 503, tries)


def test_what_follows_an_order_is_done_when_it_succeeded(door: Door) -> None:
    door.neighbour.replies = [Reply(422, b'{"title": "a", "status": 422, "detail": "b"}'), Reply(202, b"{}")]
    answers = [door.client.post("/api/orders", headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 202]
    assert answers[0].json()["title"] == "a"
    assert door.placed == [b"{}"]
