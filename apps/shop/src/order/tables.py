"""The tables of the order service."""

from datetime import datetime

from sqlalchemy import CHAR, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storekit.database import Moment, Table


class Order(Table):
    """An order. The unique key is what makes a repeated request find the first one.

    `claimed_until`: a process is working on this order until then; NULL if none is.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        UniqueConstraint("customer_id", "idempotency_key", name="one_order_a_key"),
        Index("unfinished", "state", "placed_at"),
    )

    id: Mapped[str] = mapped_column(CHAR(36), primary_key=True)
    customer_id: Mapped[str] = mapped_column(CHAR(36))
    idempotency_key: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(CHAR(64))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(120))
    total_cents: Mapped[int] = mapped_column(Integer)
    payment_method: Mapped[str] = mapped_column(String(35))
    name: Mapped[str] = mapped_column(String(120))
    street: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str] = mapped_column(String(12))
    city: Mapped[str] = mapped_column(String(120))
    placed_at: Mapped[datetime] = mapped_column(Moment)
    claimed_until: Mapped[datetime | None] = mapped_column(Moment)
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.product_id", lazy="selectin")


class OrderLine(Table):
    """A line of an order. Name and price are known once the stock is reserved."""

    __tablename__ = "order_line"

    order_id: Mapped[str] = mapped_column(ForeignKey("customer_order.id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(80))
    unit_price_cents: Mapped[int] = mapped_column(Integer)


class CartLine(Table):
    """So many of a product in a cart."""

    __tablename__ = "cart_line"

    cart_id: Mapped[str] = mapped_column(CHAR(36), primary_key=True)
    product_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    quantity: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(Moment, index=True)
