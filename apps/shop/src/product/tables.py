"""The tables of the product service."""

from datetime import datetime

from sqlalchemy import CHAR, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storekit.database import Moment, Table


class Product(Table):
    """A product on the shelf. The constraint is the last guard against selling what is not there."""

    __tablename__ = "product"
    __table_args__ = (CheckConstraint("stock >= 0", name="stock_is_never_negative"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(400))
    category: Mapped[str] = mapped_column(String(20), index=True)
    price_cents: Mapped[int] = mapped_column(Integer)
    stock: Mapped[int] = mapped_column(Integer)


class Reservation(Table):
    """What is held back for one order; kept for good, so that a repeated request finds its answer."""

    __tablename__ = "reservation"

    order_id: Mapped[str] = mapped_column(CHAR(36), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    short: Mapped[str] = mapped_column(String(3300))
    created_at: Mapped[datetime] = mapped_column(Moment)
    lines: Mapped[list["ReservationLine"]] = relationship(order_by="ReservationLine.product_id")


class ReservationLine(Table):
    """So many of a product, at the price of that moment."""

    __tablename__ = "reservation_line"

    order_id: Mapped[str] = mapped_column(ForeignKey("reservation.order_id"), primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("product.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    quantity: Mapped[int] = mapped_column(Integer)
    unit_price_cents: Mapped[int] = mapped_column(Integer)
