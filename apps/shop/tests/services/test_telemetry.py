import gzip
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from running.client import Visitor
from running.process import free_port, wait_until
from running.shop import SERVICES, Shop

DURATION = "shop_http_request_duration_seconds_count"
UPSTREAM = "shop_upstream_request_duration_seconds_count"


def test_one_purchase_is_one_trace_through_all_services(shop: Shop, customer: Visitor) -> None:
    answer = customer.order(customer.checkout("enamel-mug"))
    request_id = answer.headers["X-Request-Id"]
    found = {
        name: [entry for entry in shop.entries(name) if entry.get("request_id") == request_id]
        for name in ("store-api", "order", "product", "payment")
    }
    assert all(found.values()), found
    assert len({entry["trace_id"] for entries in found.values() for entry in entries}) == 1
    served = [entry for entry in found["order"] if entry["message"] == "request served"]
    assert [(entry["route"], entry["status"]) for entry in served] == [("/orders", 201)]


@pytest.mark.parametrize("service", SERVICES)
def test_every_line_of_a_log_is_json_with_its_origin(shop: Shop, service: str) -> None:
    for entry in shop.entries(service):
        assert {"time", "level", "service", "message"} <= entry.keys()
        assert entry["service"] == service


def test_requests_and_purchases_are_counted(shop: Shop, customer: Visitor) -> None:
    def counts() -> list[float]:
        return [
            shop.metric("order", "shop_orders_total", state="paid"),
            shop.metric("payment", "shop_payments_total", state="captured"),
            shop.metric("product", "shop_stock_reservations_total", state="confirmed"),
            shop.metric("store-api", "shop_http_requests_total", route="/api/orders", status="201"),
            shop.metric("store-api", DURATION, route="/api/orders", method="POST"),
            shop.metric("store-api", UPSTREAM, upstream="order", status="201"),
        ]

    before = counts()
    customer.order(customer.checkout("enamel-mug"))
    assert [after - earlier for after, earlier in zip(counts(), before, strict=True)] == [1.0] * 6


def test_routes_not_addresses_are_counted(shop: Shop, visitor: Visitor) -> None:
    visitor.ask("GET", "/api/products/enamel-mug")
    visitor.ask("GET", "/api/nowhere/at/all")
    routes = "shop_http_requests_total"
    assert shop.metric("store-api", routes, route="/api/products/{product_id}") > 0
    assert shop.metric("store-api", routes, route="/api/products/enamel-mug") == 0
    assert shop.metric("store-api", routes, route="unmatched", status="404") > 0


def test_a_request_id_that_could_forge_a_log_line_is_replaced(shop: Shop) -> None:
    answer = Visitor(shop.url("product")).ask(
        "GET", "/products", headers={"X-Request-Id": 'a","level":"error'}
    )
    assert len(answer.headers["X-Request-Id"]) == 32


@pytest.fixture
def collector() -> Generator[tuple[int, list[bytes]]]:
    received: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", free_port()), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, received
    server.shutdown()
    thread.join()


def test_spans_are_exported_where_an_endpoint_is_given(
    shop: Shop, collector: tuple[int, list[bytes]]
) -> None:
    port, received = collector
    endpoint = f"http://127.0.0.1:{port}"
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_BSP_SCHEDULE_DELAY": "100"}
    with shop.changed("product", **environment):
        Visitor(shop.url("product")).ask("GET", "/products")
        wait_until(lambda: any(b"GET /products" in body for body in received), "the export", 10)
    assert any(b"service.name" in body and b"product" in body for body in received)


def test_probes_and_scrapes_are_not_counted_as_requests(shop: Shop) -> None:
    before = shop.metric("user", "shop_http_requests_total")
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
        Visitor(shop.url("user")).pool.request("GET", shop.url("user") + path)
    time.sleep(0.1)
    assert shop.metric("user", "shop_http_requests_total") == before
