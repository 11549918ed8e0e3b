import os
import uuid
from pathlib import Path

from playwright.sync_api import Page, expect

from running.browser import opened
from running.client import DECLINED_CARD, GOOD_CARD
from running.ledger import Ledger
from running.shop import SOURCE, Shop

PICTURES = os.environ.get("SHOP_PICTURES")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def sign_up(page: Page) -> None:
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("Email").fill(f"{uuid.uuid4().hex[:12]}@example.org")
    page.get_by_label("Password").fill("correct horse battery")
    picture(page, "sign-up")
    page.get_by_role("button", name="Create account").click()


def check_out(page: Page, card: str) -> None:
    page.get_by_label("Full name").fill("Ada Lovelace")
    page.get_by_label("Street").fill("12 St James's Square")
    page.get_by_label("Postcode").fill("SW1Y 4JH")
    page.get_by_label("City").fill("London")
    page.get_by_label("Card holder").fill("Ada Lovelace")
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry (MM/YY)").fill("12/30")
    page.get_by_label("Security code").fill("123")
    picture(page, "checkout")
    page.get_by_role("button", name="Pay €").click()


def put_into_cart(page: Page, product: str) -> None:
    page.get_by_role("link", name=product).click()
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("status")).to_contain_text("in your cart")


def test_a_customer_signs_up_browses_fills_the_cart_buys_and_looks_back(shop: Shop, ledger: Ledger) -> None:
    ledger.set_stock("storm-lantern", 40)
    ledger.set_stock("brass-pen", 80)
    with opened(shop.url("web")) as (page, complaints):
        page.goto("/")
        expect(page.get_by_role("listitem")).to_have_count(12)
        picture(page, "catalogue")
        page.get_by_role("button", name="light").click()
        expect(page.get_by_role("listitem")).to_have_count(3)
        put_into_cart(page, "Storm lantern")
        picture(page, "product")
        page.get_by_role("link", name="All products").click()
        page.get_by_label("Search").fill("turned")
        put_into_cart(page, "Brass pen")
        page.get_by_role("link", name="Cart 2").click()
        page.get_by_label("How many of Brass pen").fill("2")
        expect(page.get_by_test_id("cart-count")).to_have_text("3")
        picture(page, "cart")
        page.get_by_role("link", name="Check out").click()

        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.get_by_role("link", name="I am new here").click()
        sign_up(page)
        check_out(page, GOOD_CARD)
        expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
        expect(page.get_by_text("Brass pen")).to_be_visible()
        expect(page.get_by_test_id("cart-count")).to_have_text("0")
        picture(page, "order")

        page.get_by_role("link", name="Your orders").click()
        expect(page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
        expect(page.get_by_text("€172.00")).to_be_visible()
        picture(page, "orders")
        assert complaints == []
    assert (ledger.stock("storm-lantern"), ledger.stock("brass-pen")) == (39, 78)


def test_a_declined_card_is_told_and_nothing_is_taken(shop: Shop, ledger: Ledger) -> None:
    ledger.set_stock("arc-lamp", 18)
    with opened(shop.url("web")) as (page, complaints):
        page.goto("/sign-up")
        sign_up(page)
        put_into_cart(page, "Arc lamp")
        page.goto("/checkout")
        check_out(page, DECLINED_CARD)
        expect(page.get_by_role("alert")).to_contain_text("You have not been charged")
        picture(page, "declined")
        assert complaints == []
    assert ledger.stock("arc-lamp") == 18


def test_the_page_fits_a_telephone(shop: Shop) -> None:
    with opened(shop.url("web")) as (page, _):
        page.set_viewport_size({"width": 390, "height": 844})
        for path in ("/", "/products/arc-lamp", "/cart", "/sign-in"):
            page.goto(path)
            page.get_by_role("heading").first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.goto("/")
        page.get_by_role("listitem").first.wait_for()
        picture(page, "telephone")


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page for people who cannot see it or have no mouse."""
    page.evaluate((SOURCE / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text())
    found = page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].html}`))")
    return [str(violation) for violation in found]


def test_everybody_can_use_the_page(shop: Shop) -> None:
    with opened(shop.url("web")) as (page, _):
        page.goto("/sign-up")
        page.get_by_role("heading", name="Create an account").wait_for()
        assert violations(page) == []
        sign_up(page)
        page.get_by_role("listitem").first.wait_for()
        assert violations(page) == []
        put_into_cart(page, "Enamel mug")
        assert violations(page) == []
        for path, heading in (("/cart", "Your cart"), ("/checkout", "Check out"), ("/orders", "Your orders")):
            page.goto(path)
            page.get_by_role("heading", name=heading).wait_for()
            assert violations(page) == [], path
