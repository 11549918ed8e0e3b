"""Messages between the page and the shop, where they differ from those between the services."""

from pydantic import BaseModel

from contracts.product import Cents, ProductView
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
