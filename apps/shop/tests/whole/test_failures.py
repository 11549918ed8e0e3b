import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from running.client import Visitor
from running.ledger import Ledger
from running.process import answers, wait_until
from running.shop import OWNERS, Shop


def slow_gateway(seconds: int) -> dict[str, str]:
    return {"SHOP_SIMULATED_GATEWAY_SECONDS": str(seconds)}


def stopping(shop: Shop, name: str) -> int:
    return sum(entry["message"] == "stopping" for entry in shop.entries(name))


def test_without_its_database_the_shop_says_so_and_recovers_by_itself(shop: Shop, customer: Visitor) -> None:
    body, key = customer.checkout("enamel-mug"), uuid.uuid4().hex
    shop.database.stop()
    try:
        answer = customer.order(body, key)
        assert (answer.status, answer.body["title"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert customer.ask("GET", "/api/products?search=mug").status == 503
        assert not any(answers(shop.url(name) + "/readyz") for name in OWNERS)
        assert all(answers(shop.url(name) + "/healthz") for name in (*OWNERS, "store-api"))
    finally:
        shop.database.start()
    wait_until(lambda: all(answers(shop.url(name) + "/readyz") for name in OWNERS), "recovery", 10)
    answer = customer.order(body, key)
    assert (answer.status, answer.body["state"]) == (201, "paid")


def test_without_redis_everything_works(shop: Shop, customer: Visitor, ledger: Ledger) -> None:
    ledger.set_stock("enamel-mug", 120)
    customer.ask("PUT", "/api/cart/lines/enamel-mug", {"quantity": 1})
    shop.redis.stop()
    try:
        assert customer.ask("GET", "/api/products").status == 200
        assert (
            customer.ask("PUT", "/api/cart/lines/enamel-mug", {"quantity": 2}).number("total_cents") == 2900
        )
        assert customer.order(customer.checkout("enamel-mug")).body["state"] == "paid"
        assert customer.ask("GET", "/api/cart").body["items"] == []
        other = Visitor(shop.url("web"))
        other.sign_up()
        assert other.ask("DELETE", "/api/session").status == 204
    finally:
        shop.redis.start()
    assert customer.ask("GET", "/api/orders").status == 200


def test_a_silent_redis_costs_a_timeout_now_and_then_not_one_a_request(shop: Shop, customer: Visitor) -> None:
    def asked(outcome: str) -> float:
        return shop.metric("store-api", "shop_cache_requests_total", outcome=outcome)

    def cached() -> bool:
        before = asked("ok")
        return customer.ask("GET", "/api/cart").status == 200 and asked("ok") > before

    customer.ask("PUT", "/api/cart/lines/enamel-mug", {"quantity": 1})
    wait_until(cached, "the end of an earlier pause", 5)
    failed, skipped = asked("failed"), asked("skipped")
    shop.redis.freeze()
    try:
        for _ in range(5):
            assert customer.ask("GET", "/api/cart").status == 200
    finally:
        shop.redis.thaw()
    # One question at a time may fail in each second of the pause; more only if the five took several seconds.
    assert asked("skipped") - skipped > asked("failed") - failed >= 1


def test_an_order_without_the_payment_service_waits_and_is_resumed(
    shop: Shop, customer: Visitor, ledger: Ledger
) -> None:
    ledger.set_stock("copper-kettle", 25)
    body, key = customer.checkout("copper-kettle"), uuid.uuid4().hex
    with shop.stopped("payment"):
        answer = customer.order(body, key)
        assert (answer.status, answer.body["state"]) == (202, "pending")
        assert ledger.stock("copper-kettle") == 24
    shop.command("order", "resume", SHOP_RESUME_AFTER_SECONDS="0")
    order = customer.ask("GET", f"/api/orders/{answer.text('id')}")
    assert order.body["state"] == "paid"
    assert customer.order(body, key).body == order.body
    assert (ledger.captured(answer.text("id")), ledger.stock("copper-kettle")) == (1, 24)


def test_an_order_service_that_dies_half_way_charges_once_and_finishes(
    shop: Shop, customer: Visitor, ledger: Ledger
) -> None:
    ledger.set_stock("copper-kettle", 25)
    body, key = customer.checkout("copper-kettle"), uuid.uuid4().hex
    before = ledger.charges()
    with shop.changed("payment", **slow_gateway(3)), ThreadPoolExecutor(1) as thread:
        lost = thread.submit(customer.order, body, key)
        wait_until(lambda: ledger.charges() > before, "the charge")
        shop.kill("order")
        assert lost.result(30).status == 503
        shop.start_service("order")
        # The dead process had the order for three seconds; until then a repeated request finds it pending.
        wait_until(lambda: customer.order(body, key).body["state"] == "paid", "the repeated order", 15)
    assert ledger.charges() - before == 1
    assert ledger.stock("copper-kettle") == 24


def test_a_service_that_is_told_to_stop_finishes_its_requests(
    shop: Shop, customer: Visitor, ledger: Ledger
) -> None:
    body = customer.checkout("copper-kettle")
    before = ledger.charges()
    with shop.changed("payment", **slow_gateway(4)), ThreadPoolExecutor(1) as thread:
        running = thread.submit(customer.order, body)
        wait_until(lambda: ledger.charges() > before, "the charge")
        process, earlier = shop.process("payment"), stopping(shop, "payment")
        process.signal(signal.SIGTERM)
        wait_until(lambda: stopping(shop, "payment") > earlier, "the signal's arrival", 5)
        assert not running.done()
        answer = running.result(20)
        assert (answer.status, answer.body["state"]) == (201, "paid")
        assert process.wait(15) == 0


def test_a_process_that_leaves_breaks_no_open_connection(shop: Shop) -> None:
    """Kubernetes first takes a leaving pod out of its service: clients only have the connections left."""

    def browse(url: str) -> list[int]:
        client, statuses = Visitor(url), list[int]()
        while True:
            answer = client.ask("GET", "/api/products")
            statuses.append(answer.status)
            if answer.headers.get("Connection") == "close":
                return statuses

    with shop.another("store-api") as leaving, ThreadPoolExecutor(4) as threads:
        clients = [threads.submit(browse, leaving.url) for _ in range(4)]
        time.sleep(1)
        assert leaving.process.stop() == 0
        for client in clients:
            statuses = client.result(5)
            assert len(statuses) > 10
            assert set(statuses) == {200}


@pytest.mark.parametrize("name", ["product", "order", "user"])
def test_without_one_service_the_rest_goes_on(shop: Shop, customer: Visitor, name: str) -> None:
    paths = {
        "product": "/api/products?search=a",
        "order": "/api/orders",
        "user": "/api/session",
    }
    with shop.stopped(name):
        stranger = Visitor(shop.url("web"))
        for owner, path in paths.items():
            expected = 503 if owner == name and owner != "user" else 200
            assert customer.ask("GET", path).status == expected, path
        assert stranger.ask("POST", "/api/session", {"email": "a@b.co", "password": "x"}).status == (
            503 if name == "user" else 401
        )
    assert customer.ask("GET", paths[name]).status == 200
