import json
import logging
from datetime import timedelta

import jwt
import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.identifiers import CartId, OrderId, ProductId
from payment.simulated_gateway import is_card_number
from storekit import idempotency, logs, tokens
from storekit.database import now
from storekit.problem import Refusal
from storekit.tokens import TokenSettings

SETTINGS = TokenSettings(secret="x" * 32)


class Body(BaseModel):
    first: int
    second: str


def test_a_print_is_of_what_is_said_not_of_how() -> None:
    one = Body.model_validate_json('{"first": 1, "second": "a"}')
    other = Body.model_validate_json('{ "second":"a","first":1 }')
    assert idempotency.fingerprint(one) == idempotency.fingerprint(other)
    assert idempotency.fingerprint(one) != idempotency.fingerprint(Body(first=2, second="a"))


def test_a_token_says_who_it_was_given_to() -> None:
    token = tokens.issue("user", "session", now() + timedelta(hours=1), SETTINGS)
    assert tokens.verify(token, SETTINGS) == tokens.Customer("user", "session", token)


def test_an_expired_token_says_nothing() -> None:
    with pytest.raises(Refusal):
        tokens.verify(tokens.issue("user", "session", now() - timedelta(seconds=5), SETTINGS), SETTINGS)


@pytest.mark.parametrize("missing", ["sub", "sid", "exp"])
def test_a_token_must_say_everything(missing: str) -> None:
    claims: dict[str, object] = {"sub": "u", "sid": "s", "exp": now() + timedelta(hours=1)}
    del claims[missing]
    with pytest.raises(Refusal):
        tokens.verify(jwt.encode(claims, SETTINGS.secret, tokens.ALGORITHM), SETTINGS)


@pytest.mark.parametrize("number", ["4242424242424242", "378282246310005", "4000000000000002"])
def test_card_numbers_have_a_right_last_digit(number: str) -> None:
    assert is_card_number(number)
    assert not is_card_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("parameter", [CartId, OrderId, ProductId])
@pytest.mark.parametrize("value", ["", "../etc", "a/b", "a b", "A", "a?b", "a\n", "-"])
def test_names_in_paths_cannot_leave_their_place(parameter: type[str], value: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(parameter).validate_python(value)


def test_a_log_line_is_one_line_whatever_is_said() -> None:
    record = logging.LogRecord("shop", logging.INFO, "", 0, 'two\nlines "quoted"', None, None)
    record.fields = {"order": "o1"}
    line = logs.JsonFormatter("order").format(record)
    assert "\n" not in line
    entry = json.loads(line)
    assert (entry["message"], entry["order"], entry["service"]) == ('two\nlines "quoted"', "o1", "order")
