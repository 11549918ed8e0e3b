"""Messages of the order service."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from contracts.identifiers import UUID
from contracts.payment import MethodId
from contracts.product import Cents, Line, Lines, Quantity

OrderState = Literal["pending", "paid", "payment_refused", "rejected"]
PRINTABLE = r"^[^\x00-\x1f\x7f]+$"
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=PRINTABLE)
]


class Address(BaseModel):
    """Where to send the parcel."""

    name: Text
    street: Text
    postcode: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=2, max_length=12, pattern=PRINTABLE)
    ]
    city: Text


class OrderRequest(BaseModel):
    """An order: the lines as the customer saw them, and the total that they agreed to."""

    lines: Lines
    total_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    address: Address
    payment_method: MethodId
    cart_id: Annotated[
        str | None,
        Field(pattern=f"^{UUID}$", description="for callers that cannot send the cart's cookie"),
    ] = None


class OrderLine(BaseModel):
    """A line of an order, at the price that it was ordered for."""

    product_id: str
    name: str
    quantity: int
    unit_price_cents: Cents


class OrderView(BaseModel):
    """An order as its customer sees it."""

    id: str
    state: OrderState
    reason: str = Field(description="why it came to nothing, or empty")
    total_cents: Cents
    address: Address
    lines: list[OrderLine]
    placed_at: datetime


class OrderHistory(BaseModel):
    """A customer's orders, the newest first."""

    orders: list[OrderView]


class CartView(BaseModel):
    """What lies in a cart."""

    id: str
    lines: list[Line]


class LineQuantity(BaseModel):
    """How many of a product a cart should hold."""

    quantity: Quantity
