"""Operations of a signed-in customer: paying and ordering."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.identifiers import ORDER
from contracts.order import OrderHistory, OrderRequest, OrderView
from contracts.payment import Card, MethodView
from store_api import carts
from store_api.carts import Carts
from store_api.messages import Checkout
from store_api.shelf import Shelf
from store_api.visiting import CART_COOKIE
from storekit import idempotency
from storekit.operation import Call, Customer, Endpoint, Nothing, Operation, Reply
from storekit.problem import Problem
from storekit.upstream import Ask, Upstream


@dataclass(frozen=True)
class Till:
    """What a purchase needs: the two services that do it, and what is to be looked at again afterwards."""

    order: Upstream
    payment: Upstream
    carts: Carts
    shelf: Shelf


def placing_endpoints(till: Till) -> tuple[Endpoint, ...]:
    """Placing orders."""

    def place(call: Call[Checkout]) -> Reply:
        cart_id = call.parameters.get(carts.COOKIE)
        wanted = OrderRequest(**dict(call.body), cart_id=cart_id)
        headers = {**_bearer(call.customer), idempotency.HEADER: call.parameters[idempotency.HEADER]}
        order = till.order.call(Ask("POST", "/orders", wanted, headers), OrderView)
        till.carts.forget(cart_id)
        till.shelf.changed()
        return Reply(202 if order.state == "pending" else 201, order)

    return (
        Operation(
            name="placeOrder",
            method="POST",
            path="/api/orders",
            about="Place an order, once for each key; 202 if it is recorded but not finished yet",
            body=Checkout,
            run=place,
            replies={201: OrderView, 202: OrderView, 422: Problem},
            parameters=(idempotency.KEY, CART_COOKIE),
            secured=True,
        ),
    )


def order_endpoints(till: Till) -> tuple[Endpoint, ...]:
    """Looking back at orders."""

    def history(call: Call[Nothing]) -> Reply:
        ask = Ask("GET", "/orders", headers=_bearer(call.customer))
        return Reply(200, till.order.call(ask, OrderHistory))

    def find(call: Call[Nothing]) -> Reply:
        ask = Ask("GET", f"/orders/{call.parameters['order_id']}", headers=_bearer(call.customer))
        return Reply(200, till.order.call(ask, OrderView))

    return (
        Operation(
            name="listOrders",
            method="GET",
            path="/api/orders",
            about="List the customer's newest orders",
            body=Nothing,
            run=history,
            replies={200: OrderHistory},
            secured=True,
        ),
        Operation(
            name="getOrder",
            method="GET",
            path="/api/orders/{order_id}",
            about="Look at one order",
            body=Nothing,
            run=find,
            replies={200: OrderView, 404: Problem},
            parameters=(ORDER,),
            secured=True,
        ),
    )


def payment_endpoints(till: Till) -> tuple[Endpoint, ...]:
    """Adding a card."""

    def add(call: Call[Card]) -> Reply:
        return Reply(201, till.payment.call(Ask("POST", "/payment-methods", call.body), MethodView))

    return (
        Operation(
            name="addPaymentMethod",
            method="POST",
            path="/api/payment-methods",
            about="Turn a card into a token",
            body=Card,
            run=add,
            replies={201: MethodView, 422: Problem},
            secured=True,
        ),
    )


def _bearer(customer: Customer) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {customer.token}"}
