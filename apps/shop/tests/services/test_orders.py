import time
import uuid

from contracts.order import OrderHistory
from running.client import DECLINED_CARD, Visitor
from running.ledger import Ledger
from running.shop import Shop
from running.together import together


def test_an_order_is_paid_and_the_stock_is_gone(customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("enamel-mug", 120)
    answer = customer.order(customer.checkout("enamel-mug", 2))
    assert (answer.status, answer.body["state"]) == (201, "paid")
    assert ledger.stock("enamel-mug") == 118
    # The page sees it at once, though what store-api keeps of the shelf may be seconds old.
    assert customer.ask("GET", "/api/products/enamel-mug").number("stock") == 118
    assert ledger.captured(answer.text("id")) == 1


def test_a_repeated_order_is_the_same_order(customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("enamel-mug", 120)
    body, key = customer.checkout("enamel-mug"), uuid.uuid4().hex
    first, second = customer.order(body, key), customer.order(body, key)
    assert (second.status, second.body) == (first.status, first.body)
    assert ledger.stock("enamel-mug") == 119
    assert ledger.captured(first.text("id")) == 1


def test_an_order_sent_many_times_at_once_is_placed_and_charged_once(
    customer: Visitor, ledger: Ledger
) -> None:
    ledger.set_stock("enamel-mug", 120)
    body, key = customer.checkout("enamel-mug"), uuid.uuid4().hex
    charges = ledger.charges()
    answers = together(lambda _: customer.order(body, key), range(10))
    assert {answer.status for answer in answers} <= {201, 202}
    assert len({answer.text("id") for answer in answers}) == 1
    assert customer.order(body, key).body["state"] == "paid"
    assert ledger.charges() - charges == 1
    assert ledger.stock("enamel-mug") == 119


def test_a_key_does_not_serve_for_another_order(customer: Visitor) -> None:
    key = uuid.uuid4().hex
    customer.order(customer.checkout("enamel-mug"), key)
    answer = customer.order(customer.checkout("enamel-mug", 3), key)
    assert (answer.status, answer.body["title"]) == (422, "key_reused")


def test_two_customers_may_have_the_same_key(shop: Shop, customer: Visitor) -> None:
    other, key = Visitor(shop.url("web")), uuid.uuid4().hex
    other.sign_up()
    first = customer.order(customer.checkout("linen-towel"), key)
    second = other.order(other.checkout("linen-towel"), key)
    assert (first.status, second.status) == (201, 201)
    assert first.text("id") != second.text("id")


def test_the_last_piece_is_sold_once(shop: Shop, ledger: Ledger) -> None:
    ledger.set_stock("wool-blanket", 1)
    customers = [Visitor(shop.url("web")) for _ in range(6)]
    for customer in customers:
        customer.sign_up()
    bodies = [customer.checkout("wool-blanket") for customer in customers]
    answers = together(lambda pair: pair[0].order(pair[1]), list(zip(customers, bodies, strict=True)))
    states = sorted(answer.text("state") for answer in answers)
    assert states == ["paid"] + ["rejected"] * 5
    assert ledger.stock("wool-blanket") == 0
    assert sum(ledger.captured(answer.text("id")) for answer in answers) == 1


def test_a_refused_payment_puts_the_stock_back(customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("brass-pen", 80)
    answer = customer.order(customer.checkout("brass-pen", 5, DECLINED_CARD))
    assert (answer.body["state"], answer.body["reason"]) == ("payment_refused", "card_declined")
    assert ledger.stock("brass-pen") == 80
    assert ledger.captured(answer.text("id")) == 0


def test_nobody_pays_another_price_than_they_saw(customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("brass-pen", 80)
    body = {**customer.checkout("brass-pen"), "total_cents": 1}
    answer = customer.order(body)
    assert (answer.body["state"], answer.body["reason"]) == ("rejected", "price_changed")
    assert ledger.stock("brass-pen") == 80
    assert ledger.captured(answer.text("id")) == 0


def test_a_card_token_that_nobody_has_is_refused(customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("brass-pen", 80)
    body = {**customer.checkout("brass-pen"), "payment_method": f"pm_{uuid.uuid4().hex}"}
    assert customer.order(body).body["reason"] == "unknown_card"
    assert ledger.stock("brass-pen") == 80


def test_orders_are_their_customers_own(shop: Shop, customer: Visitor) -> None:
    order = customer.order(customer.checkout("enamel-mug")).text("id")
    other = Visitor(shop.url("web"))
    other.sign_up()
    assert customer.ask("GET", f"/api/orders/{order}").status == 200
    assert other.ask("GET", f"/api/orders/{order}").status == 404
    assert other.ask("GET", "/api/orders").body["orders"] == []


def test_the_history_has_the_newest_order_first_with_names_and_prices(customer: Visitor) -> None:
    for quantity in (1, 2):
        customer.order(customer.checkout("beeswax-candle", quantity))
        time.sleep(1)  # orders are placed to the second
    history = OrderHistory.model_validate(customer.ask("GET", "/api/orders").body)
    assert [order.total_cents for order in history.orders] == [2400, 1200]
    assert [line.name for line in history.orders[0].lines] == ["Beeswax candle"]
    assert [line.unit_price_cents for line in history.orders[0].lines] == [1200]


def test_without_signing_in_nothing_can_be_bought(customer: Visitor) -> None:
    body = customer.checkout("enamel-mug")
    customer.cookies.pop("session")
    assert customer.order(body).status == 401


def test_an_order_empties_the_cart_that_it_came_from(customer: Visitor) -> None:
    customer.ask("PUT", "/api/cart/lines/enamel-mug", {"quantity": 1})
    customer.order(customer.checkout("enamel-mug"))
    assert customer.ask("GET", "/api/cart").body["items"] == []
