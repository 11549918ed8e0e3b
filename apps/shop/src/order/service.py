"""The order service."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from contracts.exposure import CUSTOMERS
from contracts.identifiers import CartId, OrderId, ProductId, VisitorsCart
from contracts.order import CartView, LineQuantity, OrderHistory, OrderRequest, OrderView
from contracts.product import Line
from order.carts import Carts
from order.orders import Orders, Placement
from order.saga import Saga
from storekit import idempotency, logs, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings, now
from storekit.problem import problems
from storekit.service import Parts, Service, part
from storekit.tokens import Bearer, TokenSettings
from storekit.upstream import Upstream

MIGRATIONS = Path(__file__).parent / "migrations"
CARTS_KEPT = timedelta(days=30)
router = APIRouter()
OrdersPart = Annotated[Orders, Depends(part(Orders))]
CartsPart = Annotated[Carts, Depends(part(Carts))]


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


async def _placement(
    customer: Bearer, key: idempotency.Key, wanted: OrderRequest, cart: VisitorsCart = None
) -> Placement:
    return Placement(customer.user_id, key, wanted, cart or wanted.cart_id)


@router.post(
    "/orders",
    status_code=201,
    tags=[CUSTOMERS],
    responses={202: {"model": OrderView, "description": "Not finished yet"}, **problems(401, 422)},
)
def place_order(
    saga: Annotated[Saga, Depends(part(Saga))],
    placement: Annotated[Placement, Depends(_placement)],
    response: Response,
) -> OrderView:
    """Place an order, once for each key; 202 if it is recorded but not finished yet."""
    order = saga.place(placement)
    if order.state == "pending":
        response.status_code = 202
    return order


@router.get("/orders", tags=[CUSTOMERS], responses=problems(401))
def list_orders(orders: OrdersPart, customer: Bearer) -> OrderHistory:
    """List the customer's newest orders."""
    return orders.history(customer.user_id)


@router.get("/orders/{order_id}", tags=[CUSTOMERS], responses=problems(401, 404))
def get_order(orders: OrdersPart, customer: Bearer, order_id: OrderId) -> OrderView:
    """Look at one order."""
    return orders.find(customer.user_id, order_id)


@router.get("/carts/{cart_id}")
def get_cart(carts: CartsPart, cart_id: CartId) -> CartView:
    """Look into a cart."""
    return carts.find(cart_id)


@router.put("/carts/{cart_id}/lines/{product_id}", responses=problems(409))
def put_cart_line(carts: CartsPart, cart_id: CartId, product_id: ProductId, wanted: LineQuantity) -> CartView:
    """Let a cart hold so many of a product."""
    return carts.put(cart_id, Line(product_id=product_id, quantity=wanted.quantity))


@router.delete("/carts/{cart_id}/lines/{product_id}")
def take_cart_line(carts: CartsPart, cart_id: CartId, product_id: ProductId) -> CartView:
    """Take a product out of a cart."""
    return carts.take(cart_id, product_id)


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    orders = Orders(database, settings.claim_seconds)
    return Parts(
        [orders, _saga(settings, orders), Carts(database), settings.token],
        migration.check(database, MIGRATIONS),
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
    router=router,
    assemble=assemble,
    commands={"migrate": migrate, "resume": resume, "tidy": tidy},
    migrations=MIGRATIONS,
)
