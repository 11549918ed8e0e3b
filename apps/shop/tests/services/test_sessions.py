from datetime import UTC, datetime, timedelta

import jwt
import pytest

from running.client import Json, Visitor
from running.ledger import Ledger
from running.shop import SECRET, Shop
from storekit.tokens import ALGORITHM


def sign_in(visitor: Visitor, email: str, password: str = "correct horse battery") -> int:
    return visitor.ask("POST", "/api/session", {"email": email, "password": password}).status


def test_a_visitor_is_nobody_until_they_sign_up(visitor: Visitor) -> None:
    assert visitor.ask("GET", "/api/session").body == {"user": None}
    email = visitor.sign_up()
    user = visitor.ask("GET", "/api/session").body["user"]
    assert isinstance(user, dict)
    assert user["email"] == email


def test_an_address_has_one_account(visitor: Visitor) -> None:
    email = visitor.sign_up()
    again: Json = {"email": email.upper(), "name": "Eve", "password": "another long password"}
    assert visitor.ask("POST", "/api/users", again).status == 409


def test_only_the_right_password_opens_a_session(shop: Shop, visitor: Visitor) -> None:
    email = visitor.sign_up()
    other = Visitor(shop.url("web"))
    assert sign_in(other, email, "wrong password") == 401
    assert "session" not in other.cookies
    assert sign_in(other, email) == 201


def test_an_unknown_account_looks_like_a_wrong_password(visitor: Visitor) -> None:
    email = visitor.sign_up()
    bodies = [
        visitor.ask("POST", "/api/session", {"email": given, "password": "wrong password"}).body
        for given in (email, "nobody@example.org")
    ]
    assert [body["detail"] for body in bodies] == [bodies[0]["detail"]] * 2


def test_guessing_passwords_is_slowed_down(visitor: Visitor) -> None:
    email = visitor.sign_up()
    assert [sign_in(visitor, email, "wrong password") for _ in range(11)][-2:] == [401, 429]


def test_a_session_that_was_ended_is_ended_for_good(visitor: Visitor) -> None:
    visitor.sign_up()
    token = visitor.cookies["session"]
    assert visitor.ask("DELETE", "/api/session").status == 204
    visitor.cookies["session"] = token
    assert visitor.ask("GET", "/api/orders").status == 401
    assert visitor.ask("GET", "/api/session").body == {"user": None}


@pytest.mark.parametrize(
    ("secret", "algorithm", "hours"),
    [("another secret of 32 characters..", ALGORITHM, 1), ("", "none", 1), (SECRET, ALGORITHM, -1)],
    ids=["signed by somebody else", "not signed", "expired"],
)
def test_a_token_that_is_not_ours_opens_nothing(
    customer: Visitor, secret: str, algorithm: str, hours: int
) -> None:
    claims = jwt.decode(customer.cookies["session"], options={"verify_signature": False})
    claims["exp"] = datetime.now(UTC) + timedelta(hours=hours)
    customer.cookies["session"] = jwt.encode(claims, secret, algorithm)
    assert customer.ask("GET", "/api/orders").status == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor: Visitor) -> None:
    body: Json = {"email": "cookie@example.org", "name": "Ada", "password": "correct horse battery"}
    answer = visitor.ask("POST", "/api/users", body)
    attributes = {part.strip().lower() for part in answer.headers["Set-Cookie"].split(";")}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes


def test_passwords_are_not_in_the_database(shop: Shop, visitor: Visitor, ledger: Ledger) -> None:
    visitor.sign_up()
    assert "correct horse battery" not in shop.dump()
    hashed = "SELECT COUNT(*) FROM shop_user.account WHERE password_hash NOT LIKE '$argon2id$%'"
    assert ledger.number(hashed) == 0


def test_expired_sessions_are_tidied_away(shop: Shop, visitor: Visitor, ledger: Ledger) -> None:
    visitor.sign_up()
    ledger.run("UPDATE shop_user.session SET expires_at = '2020-01-01' ORDER BY expires_at LIMIT 1")
    before = ledger.number("SELECT COUNT(*) FROM shop_user.session")
    shop.command("user", "tidy")
    assert ledger.number("SELECT COUNT(*) FROM shop_user.session") == before - 1
