"""Messages of the product service."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from contracts.identifiers import SLUG

ProductId = Annotated[str, Field(pattern=f"^{SLUG}$", max_length=64)]
Quantity = Annotated[int, Field(ge=1, le=99)]
Cents = Annotated[int, Field(ge=0)]
ReservationState = Literal["held", "refused", "confirmed", "released"]


class ProductView(BaseModel):
    """A product on the shelf."""

    id: str
    name: str
    about: str
    category: str
    price_cents: Cents
    stock: Annotated[int, Field(ge=0)]


class Catalogue(BaseModel):
    """The shelf, or a part of it."""

    products: list[ProductView]


class Line(BaseModel):
    """So many of one product."""

    product_id: ProductId
    quantity: Quantity


def _each_product_once(lines: list[Line]) -> list[Line]:
    if len({line.product_id for line in lines}) < len(lines):
        raise ValueError("a product may stand on one line only")
    return lines


Lines = Annotated[list[Line], Field(min_length=1, max_length=50), AfterValidator(_each_product_once)]


class ReservationRequest(BaseModel):
    """What an order wants to be held back for it."""

    lines: Lines


class ReservedLine(BaseModel):
    """A line at the price it was reserved for."""

    product_id: str
    name: str
    quantity: int
    unit_price_cents: Cents


class ReservationView(BaseModel):
    """What is held back for an order. A refused one holds nothing and names what was short."""

    order_id: str
    state: ReservationState
    lines: list[ReservedLine]
    total_cents: Cents
    short: list[str]
