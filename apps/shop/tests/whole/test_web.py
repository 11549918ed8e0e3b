import json
import re

import urllib3

from running.process import wait_until
from running.shop import PAGE, Shop


def get(shop: Shop, path: str, **headers: str) -> urllib3.BaseHTTPResponse:
    return urllib3.request("GET", shop.url("web") + path, headers=headers, retries=False)


def test_every_address_of_the_page_is_the_page(shop: Shop) -> None:
    for path in ("/", "/products/enamel-mug", "/orders/nothing"):
        answer = get(shop, path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert b'id="page"' in answer.data


def test_the_page_lets_nothing_foreign_in(shop: Shop) -> None:
    headers = get(shop, "/").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "nginx/" not in headers["Server"]


def test_built_files_are_kept_for_good_and_sent_small(shop: Shop) -> None:
    script = next((PAGE / "assets").glob("*.js"))
    answer = get(shop, f"/assets/{script.name}", **{"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.data == script.read_bytes()


def test_the_shop_s_mark_is_a_picture(shop: Shop) -> None:
    answer = get(shop, "/mark.svg")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")


def test_a_file_that_is_gone_is_not_the_page(shop: Shop) -> None:
    assert get(shop, "/assets/of-an-old-release.js").status == 404


def test_only_the_api_is_passed_on(shop: Shop) -> None:
    assert get(shop, "/api/session").status == 200
    for inside in ("/metrics", "/openapi.json", "/readyz", "/api/../metrics"):
        assert b"shop_http" not in get(shop, inside).data


def test_a_body_that_is_too_long_is_refused_at_the_door(shop: Shop) -> None:
    answer = urllib3.request("POST", shop.url("web") + "/api/session", body=b"x" * 70_000, retries=False)
    assert answer.status == 413


def test_nginx_logs_json_with_the_id_that_the_services_log(shop: Shop) -> None:
    request_id = get(shop, "/api/products").headers["X-Request-Id"]

    def logged() -> bool:
        lines = [line for line in shop.log("web").read_text().splitlines() if line.startswith("{")]
        return any(json.loads(line)["request_id"] == request_id for line in lines)

    wait_until(logged, "nginx's line, which it writes after the answer,", 5)
    assert any(entry.get("request_id") == request_id for entry in shop.entries("store-api"))


def test_the_page_names_no_other_host(shop: Shop) -> None:
    text = get(shop, "/").data.decode()
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", text)
