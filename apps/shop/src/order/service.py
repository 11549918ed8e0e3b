"""The order service."""

from datetime import timedelta
from pathlib import Path

from flask import Request
from pydantic import Field

from contracts.identifiers import CART, ORDER, PRODUCT
from contracts.order import CartView, LineQuantity, OrderHistory, OrderRequest, OrderView
from contracts.product import Line
from order.carts import Carts
from order.orders import Orders, Placement
from order.saga import Saga
from storekit import idempotency, logs, migration, tokens
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings, now
from storekit.operation import Call, Customer, Endpoint, Nothing, Operation, Reply
from storekit.problem import Problem
from storekit.service import Parts, Service
from storekit.tokens import TokenSettings
from storekit.upstream import Upstream

MIGRATIONS = Path(__file__).parent / "migrations"
CARTS_KEPT = timedelta(days=30)


class Settings(ServiceSettings):
    """What the order service is told."""

    database: DatabaseSettings
    token: TokenSettings
    product_url: str = Field("http://product:8080", description="where the product service is")
    payment_url: str = Field("http://payment:8080", description="where the payment service is")
    claim_seconds: int = Field(60, ge=1, description="how long one process may work on an order undisturbed")
    resume_after_seconds: int = Field(
        30, ge=0, description="how long an order is left to its request before `resume` takes it up"
    )


def placing_endpoints(orders: Orders, saga: Saga) -> tuple[Endpoint, ...]:
    """Placing orders."""

    def place(call: Call[OrderRequest]) -> Reply:
        customer = call.customer.user_id
        order_id = orders.place(Placement(customer, call.parameters[idempotency.HEADER], call.body))
        saga.advance(order_id)
        order = orders.find(customer, order_id)
        return Reply(202 if order.state == "pending" else 201, order)

    return (
        Operation(
            name="placeOrder",
            method="POST",
            path="/orders",
            about="Place an order, once for each key; 202 if it is recorded but not finished yet",
            body=OrderRequest,
            run=place,
            replies={201: OrderView, 202: OrderView, 422: Problem},
            parameters=(idempotency.KEY,),
            secured=True,
        ),
    )


def order_endpoints(orders: Orders) -> tuple[Endpoint, ...]:
    """Looking back at orders."""

    def history(call: Call[Nothing]) -> Reply:
        return Reply(200, orders.history(call.customer.user_id))

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, orders.find(call.customer.user_id, call.parameters["order_id"]))

    return (
        Operation(
            name="listOrders",
            method="GET",
            path="/orders",
            about="List the customer's newest orders",
            body=Nothing,
            run=history,
            replies={200: OrderHistory},
            secured=True,
        ),
        Operation(
            name="getOrder",
            method="GET",
            path="/orders/{order_id}",
            about="Look at one order",
            body=Nothing,
            run=find,
            replies={200: OrderView, 404: Problem},
            parameters=(ORDER,),
            secured=True,
        ),
    )


def cart_endpoints(carts: Carts) -> tuple[Endpoint, ...]:
    """Filling carts."""

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, carts.find(call.parameters["cart_id"]))

    def put(call: Call[LineQuantity]) -> Reply:
        line = Line(product_id=call.parameters["product_id"], quantity=call.body.quantity)
        return Reply(200, carts.put(call.parameters["cart_id"], line))

    def take(call: Call[Nothing]) -> Reply:
        return Reply(200, carts.take(call.parameters["cart_id"], call.parameters["product_id"]))

    return (
        Operation(
            name="getCart",
            method="GET",
            path="/carts/{cart_id}",
            about="Look into a cart",
            body=Nothing,
            run=find,
            replies={200: CartView},
            parameters=(CART,),
        ),
        Operation(
            name="putCartLine",
            method="PUT",
            path="/carts/{cart_id}/lines/{product_id}",
            about="Let a cart hold so many of a product",
            body=LineQuantity,
            run=put,
            replies={200: CartView, 409: Problem},
            parameters=(CART, PRODUCT),
        ),
        Operation(
            name="takeCartLine",
            method="DELETE",
            path="/carts/{cart_id}/lines/{product_id}",
            about="Take a product out of a cart",
            body=Nothing,
            run=take,
            replies={200: CartView},
            parameters=(CART, PRODUCT),
        ),
    )


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    orders = Orders(database, settings.claim_seconds)

    def authenticate(request: Request) -> Customer:
        return tokens.bearer(request, settings.token)

    placing = placing_endpoints(orders, _saga(settings, orders))
    return Parts(
        (*placing, *order_endpoints(orders), *cart_endpoints(Carts(database))),
        migration.check(database, MIGRATIONS),
        authenticate,
    )


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    migration.migrate(Database(settings.database, 1), MIGRATIONS)


def resume(settings: Settings) -> None:
    """Go on with the orders that were broken off: a service did not answer, or a process died."""
    orders = Orders(Database(settings.database, 1), settings.claim_seconds)
    saga = _saga(settings, orders)
    unfinished = orders.unfinished(now() - timedelta(seconds=settings.resume_after_seconds))
    for order_id in unfinished:
        saga.advance(order_id)
    left = set(unfinished) & set(orders.unfinished(now()))
    logs.say("unfinished orders taken up", orders=len(unfinished), left=len(left))


def tidy(settings: Settings) -> None:
    """Empty the carts that nobody touched for a month."""
    removed = Carts(Database(settings.database, 1)).tidy(now() - CARTS_KEPT)
    logs.say("old cart lines removed", lines=removed)


def _saga(settings: Settings, orders: Orders) -> Saga:
    return Saga(
        orders,
        Upstream("product", settings.product_url, settings.threads),
        Upstream("payment", settings.payment_url, settings.threads),
    )


SERVICE = Service(
    name="order",
    about="Carts, and orders from the click to the parcel",
    settings=Settings,
    assemble=assemble,
    commands={"migrate": migrate, "resume": resume, "tidy": tidy},
    migrations=MIGRATIONS,
)
