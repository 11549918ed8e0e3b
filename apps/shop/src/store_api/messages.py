"""Messages between the page and the shop, where they differ from those between the services."""

from typing import Annotated

from pydantic import BaseModel, Field

from contracts.order import Address
from contracts.payment import MethodId
from contracts.product import Cents, Lines, ProductView
from contracts.user import UserView


class Visitor(BaseModel):
    """Who looks at the page: a signed-in customer or anybody."""

    user: UserView | None


class CartItem(BaseModel):
    """So many of a product, as it stands on the shelf now."""

    product: ProductView
    quantity: int


class Cart(BaseModel):
    """The visitor's cart at today's prices."""

    items: list[CartItem]
    total_cents: Cents


class Checkout(BaseModel):
    """An order: the lines as the customer saw them, and the total that they agreed to."""

    lines: Lines
    total_cents: Annotated[int, Field(ge=1, le=10_000_000)]
    address: Address
    payment_method: MethodId
