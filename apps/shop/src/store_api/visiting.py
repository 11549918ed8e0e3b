"""Operations for everybody: the shelf and the cart."""

from dataclasses import replace

from contracts.identifiers import CART, CATEGORY, PRODUCT, SEARCH
from contracts.order import LineQuantity
from contracts.product import Catalogue, ProductView
from store_api import carts
from store_api.carts import Carts
from store_api.messages import Cart
from store_api.shelf import Shelf
from storekit.operation import Call, Endpoint, Nothing, Operation, Reply
from storekit.problem import Problem

CART_COOKIE = replace(CART, name=carts.COOKIE, place="cookie", required=False)


def shelf_endpoints(shelf: Shelf) -> tuple[Endpoint, ...]:
    """Looking at the shelf."""

    def browse(call: Call[Nothing]) -> Reply:
        return Reply(
            200, shelf.browse(call.parameters.get("category", ""), call.parameters.get("search", ""))
        )

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, shelf.find(call.parameters["product_id"]))

    return (
        Operation(
            name="browse",
            method="GET",
            path="/api/products",
            about="List products",
            body=Nothing,
            run=browse,
            replies={200: Catalogue},
            parameters=(CATEGORY, SEARCH),
        ),
        Operation(
            name="getProduct",
            method="GET",
            path="/api/products/{product_id}",
            about="Look at one product",
            body=Nothing,
            run=find,
            replies={200: ProductView, 404: Problem},
            parameters=(PRODUCT,),
        ),
    )


def cart_endpoints(kept: Carts, secure: bool) -> tuple[Endpoint, ...]:
    """Filling the cart that the visitor's cookie names."""

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, kept.find(call.parameters.get(carts.COOKIE)))

    def put(call: Call[LineQuantity]) -> Reply:
        cart_id = call.parameters.get(carts.COOKIE) or carts.new_id()
        cart = kept.put(cart_id, call.parameters["product_id"], call.body)
        return Reply(200, cart, cookies=(carts.cookie(cart_id, secure),))

    def take(call: Call[Nothing]) -> Reply:
        cart_id = call.parameters.get(carts.COOKIE)
        cart = kept.take(cart_id, call.parameters["product_id"]) if cart_id else kept.find(None)
        return Reply(200, cart)

    return (
        Operation(
            name="getCart",
            method="GET",
            path="/api/cart",
            about="Look into the cart",
            body=Nothing,
            run=find,
            replies={200: Cart},
            parameters=(CART_COOKIE,),
        ),
        Operation(
            name="putCartLine",
            method="PUT",
            path="/api/cart/lines/{product_id}",
            about="Let the cart hold so many of a product",
            body=LineQuantity,
            run=put,
            replies={200: Cart, 404: Problem, 409: Problem},
            parameters=(PRODUCT, CART_COOKIE),
        ),
        Operation(
            name="takeCartLine",
            method="DELETE",
            path="/api/cart/lines/{product_id}",
            about="Take a product out of the cart",
            body=Nothing,
            run=take,
            replies={200: Cart},
            parameters=(PRODUCT, CART_COOKIE),
        ),
    )
