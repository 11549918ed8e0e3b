"""Carts: kept in the database, so that they outlive a cache and a restart."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from contracts.order import CartView
from contracts.product import Line
from order.tables import CartLine
from storekit.database import Database, changed, now
from storekit.problem import Refusal

MOST_LINES = 50


class Carts:
    """The carts in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, cart_id: str) -> CartView:
        """What lies in a cart; nothing in one that nobody filled."""
        return self._database.run(lambda session: _view(session, cart_id))

    def put(self, cart_id: str, line: Line) -> CartView:
        """Let a cart hold so many of a product."""

        def work(session: Session) -> CartView:
            held = {held.product_id for held in _lines(session, cart_id)}
            if line.product_id not in held and len(held) >= MOST_LINES:
                raise Refusal(409, "cart_full", f"a cart holds {MOST_LINES} different products at most")
            kept = CartLine(
                cart_id=cart_id, product_id=line.product_id, quantity=line.quantity, changed_at=now()
            )
            session.merge(kept)
            session.flush()
            return _view(session, cart_id)

        return self._database.run(work)

    def take(self, cart_id: str, product_id: str) -> CartView:
        """Take a product out of a cart."""

        def work(session: Session) -> CartView:
            session.execute(
                delete(CartLine).where(CartLine.cart_id == cart_id, CartLine.product_id == product_id)
            )
            return _view(session, cart_id)

        return self._database.run(work)

    def tidy(self, before: datetime) -> int:
        """Remove the lines that were left lying since before a time; how many."""
        statement = delete(CartLine).where(CartLine.changed_at < before)
        return self._database.run(lambda session: changed(session, statement))


def empty(session: Session, cart_id: str) -> None:
    """Take everything out of a cart, in a transaction that does something else as well."""
    session.execute(delete(CartLine).where(CartLine.cart_id == cart_id))


def _lines(session: Session, cart_id: str) -> list[CartLine]:
    wanted = select(CartLine).where(CartLine.cart_id == cart_id).order_by(CartLine.product_id)
    return list(session.scalars(wanted))


def _view(session: Session, cart_id: str) -> CartView:
    lines = [Line(product_id=line.product_id, quantity=line.quantity) for line in _lines(session, cart_id)]
    return CartView(id=cart_id, lines=lines)
