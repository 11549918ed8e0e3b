import uuid

import pytest

from running.client import Answer, Json, Visitor
from running.ledger import Ledger
from running.shop import Shop
from running.together import together


@pytest.fixture
def product(shop: Shop) -> Visitor:
    return Visitor(shop.url("product"))


def new_order() -> str:
    return str(uuid.uuid4())


def reserve(product: Visitor, order_id: str, **quantities: int) -> Answer:
    lines: Json = [{"product_id": name.replace("_", "-"), "quantity": n} for name, n in quantities.items()]
    answer = product.ask("PUT", f"/reservations/{order_id}", {"lines": lines})
    assert answer.status == 200, answer
    return answer


def test_never_more_is_held_than_there_is(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 10)
    answers = together(lambda order: reserve(product, order, oak_board=1), [new_order() for _ in range(24)])
    states = [answer.body["state"] for answer in answers]
    assert (states.count("held"), states.count("refused")) == (10, 14)
    assert ledger.stock("oak-board") == 0


def test_one_order_asked_for_many_times_at_once_is_held_once(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 10)
    order = new_order()
    answers = together(lambda _: reserve(product, order, oak_board=2), range(12))
    assert {answer.text("state") for answer in answers} == {"held"}
    assert ledger.stock("oak-board") == 8


def test_an_order_gets_all_or_nothing(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 5)
    ledger.set_stock("linen-towel", 1)
    answer = reserve(product, new_order(), oak_board=2, linen_towel=2)
    assert (answer.body["state"], answer.body["short"]) == ("refused", ["linen-towel"])
    assert (ledger.stock("oak-board"), ledger.stock("linen-towel")) == (5, 1)


def test_a_refused_order_stays_refused_when_stock_comes_back(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 0)
    order = new_order()
    reserve(product, order, oak_board=1)
    ledger.set_stock("oak-board", 5)
    assert reserve(product, order, oak_board=1).body["state"] == "refused"
    assert ledger.stock("oak-board") == 5


def test_a_product_that_does_not_exist_is_short(product: Visitor) -> None:
    assert reserve(product, new_order(), flying_carpet=1).body["short"] == ["flying-carpet"]


def test_a_product_stands_on_one_line_only(product: Visitor) -> None:
    line: Json = {"product_id": "oak-board", "quantity": 2}
    answer = product.ask("PUT", f"/reservations/{new_order()}", {"lines": [line, line]})
    assert (answer.status, answer.body["title"]) == (422, "invalid")


def test_what_is_released_many_times_comes_back_once(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 10)
    order = new_order()
    reserve(product, order, oak_board=4)
    answers = together(lambda _: product.ask("PUT", f"/reservations/{order}/release"), range(8))
    assert {answer.text("state") for answer in answers} == {"released"}
    assert ledger.stock("oak-board") == 10


def test_what_was_handed_over_is_not_put_back(product: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("oak-board", 10)
    order = new_order()
    reserve(product, order, oak_board=4)
    product.ask("PUT", f"/reservations/{order}/confirmation")
    answer = product.ask("PUT", f"/reservations/{order}/release")
    assert answer.body["state"] == "confirmed"
    assert ledger.stock("oak-board") == 6


def test_orders_that_want_the_same_products_in_other_orders_do_not_block_each_other(
    product: Visitor, ledger: Ledger
) -> None:
    for name in ("oak-board", "linen-towel", "brass-pen"):
        ledger.set_stock(name, 100)

    def work(number: int) -> str:
        names = ["oak_board", "linen_towel", "brass_pen"]
        turned = names[number % 3 :] + names[: number % 3]
        return reserve(product, new_order(), **dict.fromkeys(turned, 1)).text("state")

    assert together(work, range(24)) == ["held"] * 24
    assert {ledger.stock(name) for name in ("oak-board", "linen-towel", "brass-pen")} == {76}


def test_an_unknown_reservation_cannot_be_concluded(product: Visitor) -> None:
    assert product.ask("PUT", f"/reservations/{new_order()}/release").status == 404
