"""A visitor without a browser: HTTP with cookies."""

import json
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import TypeAlias

import urllib3

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
ADDRESS: dict[str, Json] = {"name": "Ada L.", "street": "Lane 1", "postcode": "1000", "city": "Town"}
GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: urllib3.HTTPHeaderDict
    body: dict[str, Json]

    def text(self, name: str) -> str:
        """A text of the body."""
        value = self.body[name]
        assert isinstance(value, str)
        return value

    def number(self, name: str) -> int:
        """A number of the body."""
        value = self.body[name]
        assert isinstance(value, int)
        return value


@dataclass
class Visitor:
    """Somebody at the shop's door, or another service at a service's."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict[str, str])
    pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(maxsize=32, retries=False, timeout=urllib3.Timeout(15))
    )

    def ask(self, method: str, path: str, body: Json = None, headers: dict[str, str] | None = None) -> Answer:
        """Send a request; keep the cookies that come back."""
        sent = dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        content = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            content = json.dumps(body)
        response = self.pool.request(method, self.url + path, body=content, headers=sent)
        for line in response.headers.getlist("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(response.status, response.headers, json.loads(response.data) if response.data else {})

    def sign_up(self) -> str:
        """A new account; its email address."""
        email = f"{uuid.uuid4().hex}@example.org"
        body: Json = {"email": email, "name": "Ada", "password": "correct horse battery"}
        assert self.ask("POST", "/api/users", body).status == 201
        return email

    def card(self, number: str = GOOD_CARD) -> str:
        """A payment method for a card."""
        body: Json = {"holder": "Ada", "number": number, "expiry": "12/30", "code": "123"}
        answer = self.ask("POST", "/api/payment-methods", body)
        assert answer.status == 201, answer
        return answer.text("id")

    def checkout(self, product: str, quantity: int = 1, card: str = GOOD_CARD) -> dict[str, Json]:
        """The body of an order for one product at its price of now."""
        price = self.ask("GET", f"/api/products/{product}").number("price_cents")
        lines: Json = [{"product_id": product, "quantity": quantity}]
        return {
            "lines": lines,
            "total_cents": price * quantity,
            "address": ADDRESS,
            "payment_method": self.card(card),
        }

    def order(self, body: Json, key: str = "") -> Answer:
        """Place an order."""
        return self.ask("POST", "/api/orders", body, {"Idempotency-Key": key or uuid.uuid4().hex})
