from running.client import Answer, Visitor
from running.ledger import Ledger
from running.shop import Shop
from store_api.messages import Cart


def put(visitor: Visitor, product: str, quantity: int) -> Answer:
    return visitor.ask("PUT", f"/api/cart/lines/{product}", {"quantity": quantity})


def held(visitor: Visitor) -> dict[str, int]:
    cart = Cart.model_validate(visitor.ask("GET", "/api/cart").body)
    assert cart.total_cents == sum(item.quantity * item.product.price_cents for item in cart.items)
    return {item.product.id: item.quantity for item in cart.items}


def test_a_cart_keeps_what_is_put_and_loses_what_is_taken(visitor: Visitor) -> None:
    put(visitor, "enamel-mug", 2)
    put(visitor, "brass-pen", 1)
    put(visitor, "enamel-mug", 3)
    assert held(visitor) == {"enamel-mug": 3, "brass-pen": 1}
    visitor.ask("DELETE", "/api/cart/lines/brass-pen")
    assert held(visitor) == {"enamel-mug": 3}


def test_everybody_has_a_cart_of_their_own(shop: Shop, visitor: Visitor) -> None:
    put(visitor, "enamel-mug", 1)
    assert held(Visitor(shop.url("web"))) == {}


def test_what_is_not_on_the_shelf_goes_into_no_cart(visitor: Visitor) -> None:
    assert put(visitor, "flying-carpet", 1).status == 404


def test_a_broken_cookie_locks_nobody_out(visitor: Visitor) -> None:
    visitor.cookies["cart"] = "what is this"
    assert held(visitor) == {}
    assert put(visitor, "enamel-mug", 1).status == 200
    assert held(visitor) == {"enamel-mug": 1}


def test_a_cart_holds_fifty_products_at_most(shop: Shop, visitor: Visitor) -> None:
    order = Visitor(shop.url("order"))
    put(visitor, "enamel-mug", 1)
    path = f"/carts/{visitor.cookies['cart']}/lines/"
    answers = [order.ask("PUT", f"{path}article-{number}", {"quantity": 1}).status for number in range(50)]
    assert answers == [200] * 49 + [409]
    assert order.ask("PUT", f"{path}enamel-mug", {"quantity": 2}).status == 200


def test_carts_that_nobody_touches_are_tidied_away(shop: Shop, visitor: Visitor, ledger: Ledger) -> None:
    put(visitor, "enamel-mug", 1)
    ledger.run(
        "UPDATE shop_order.cart_line SET changed_at = '2020-01-01' WHERE cart_id = :cart",
        cart=visitor.cookies["cart"],
    )
    others = "SELECT COUNT(*) FROM shop_order.cart_line WHERE changed_at > '2020-01-01'"
    before = ledger.number(others)
    shop.command("order", "tidy")
    assert ledger.number("SELECT COUNT(*) FROM shop_order.cart_line") == ledger.number(others) == before
