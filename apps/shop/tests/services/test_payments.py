import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from urllib3.exceptions import HTTPError

from running.client import DECLINED_CARD, GOOD_CARD, Answer, Json, Visitor
from running.ledger import Ledger
from running.process import wait_until
from running.shop import Shop
from running.together import together


@pytest.fixture
def payment(shop: Shop) -> Visitor:
    return Visitor(shop.url("payment"))


def method(payment: Visitor, number: str = GOOD_CARD) -> str:
    card: Json = {"holder": "Ada", "number": number, "expiry": "12/30", "code": "123"}
    return payment.ask("POST", "/payment-methods", card).text("id")


def pay(payment: Visitor, key: str, body: dict[str, Json]) -> Answer:
    return payment.ask("POST", "/payments", body, {"Idempotency-Key": key})


def request(token: str, amount: int = 1450) -> dict[str, Json]:
    return {"order_id": str(uuid.uuid4()), "amount_cents": amount, "method": token}


def test_a_key_that_comes_many_times_at_once_charges_once(payment: Visitor, ledger: Ledger) -> None:
    key, body = uuid.uuid4().hex, request(method(payment))
    before = ledger.charges()
    answers = together(lambda _: pay(payment, key, body), range(12))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text("id") for answer in answers}) == 1
    assert {answer.text("state") for answer in answers} == {"captured"}
    assert ledger.charges() - before == 1


def test_a_key_that_comes_again_while_another_process_is_charging_charges_once(
    shop: Shop, payment: Visitor, ledger: Ledger
) -> None:
    key, body = uuid.uuid4().hex, request(method(payment))
    before = ledger.charges()
    recorded = "SELECT COUNT(*) FROM shop_payment.payment WHERE idempotency_key = :key"
    with (
        shop.another("payment", SHOP_SIMULATED_GATEWAY_SECONDS="2") as slow,
        ThreadPoolExecutor(1) as thread,
    ):
        first = thread.submit(pay, Visitor(slow.url), key, body)
        wait_until(lambda: ledger.number(recorded, key=key) == 1, "the record", 10)
        # The gateway does not know of the charge yet: for a second, asking it would find nothing.
        others = together(lambda _: pay(payment, key, body), range(6))
        assert {answer.text("id") for answer in others} == {first.result(10).text("id")}
    assert ledger.charges() - before == 1


def test_two_keys_charge_twice(payment: Visitor, ledger: Ledger) -> None:
    body, before = request(method(payment)), ledger.charges()
    assert pay(payment, uuid.uuid4().hex, body).text("id") != pay(payment, uuid.uuid4().hex, body).text("id")
    assert ledger.charges() - before == 2


def test_a_refusal_is_remembered_and_not_tried_again(payment: Visitor, ledger: Ledger) -> None:
    key, body = uuid.uuid4().hex, request(method(payment, DECLINED_CARD))
    before = ledger.charges()
    answers = [pay(payment, key, body) for _ in range(2)]
    assert [(a.body["state"], a.body["reason"]) for a in answers] == [("refused", "card_declined")] * 2
    assert ledger.charges() - before == 1


def test_a_key_does_not_serve_for_another_amount(payment: Visitor, ledger: Ledger) -> None:
    key, body = uuid.uuid4().hex, request(method(payment))
    pay(payment, key, body)
    before = ledger.charges()
    answer = pay(payment, key, {**body, "amount_cents": 1})
    assert (answer.status, answer.body["title"]) == (422, "key_reused")
    assert ledger.charges() == before


def test_a_payment_service_that_dies_while_it_charges_does_not_charge_again(
    shop: Shop, payment: Visitor, ledger: Ledger
) -> None:
    key, body = uuid.uuid4().hex, request(method(payment))
    before = ledger.charges()
    with shop.changed("payment", SHOP_SIMULATED_GATEWAY_SECONDS="5"), ThreadPoolExecutor(1) as thread:
        lost = thread.submit(pay, payment, key, body)
        wait_until(lambda: ledger.charges() > before, "the charge")
        shop.kill("payment")
        assert isinstance(lost.exception(10), HTTPError)
        shop.start_service("payment")
        answer = pay(payment, key, body)
    assert (answer.status, answer.body["state"]) == (200, "captured")
    assert ledger.charges() - before == 1


def test_a_number_that_no_card_has_is_refused(payment: Visitor) -> None:
    card: Json = {"holder": "Ada", "number": "4242424242424241", "expiry": "12/30", "code": "123"}
    assert payment.ask("POST", "/payment-methods", card).body["title"] == "invalid_card"


def test_card_numbers_are_neither_kept_nor_logged(shop: Shop, payment: Visitor) -> None:
    number = "5555555555554444"
    method(payment, number)
    assert number not in shop.dump()
    assert number not in shop.log("payment").read_text()


def test_a_key_must_be_given(payment: Visitor) -> None:
    assert payment.ask("POST", "/payments", request(method(payment))).status == 422
