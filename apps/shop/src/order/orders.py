"""The orders in the database: recorded before anything is done for them, moved on by guarded updates."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.order import Address, OrderHistory, OrderLine, OrderRequest, OrderState, OrderView
from contracts.product import ReservationView
from order import carts, tables
from storekit import idempotency
from storekit.database import Database, changed, now
from storekit.problem import Refusal

HISTORY = 50


@dataclass(frozen=True)
class Placement:
    """Who places which order, under which key, and which cart that empties."""

    customer_id: str
    key: str
    wanted: OrderRequest
    cart_id: str | None = None


class Orders:
    """The orders in the database. `claim_seconds`: how long a process may work on an order undisturbed."""

    def __init__(self, database: Database, claim_seconds: int) -> None:
        self._database = database
        self._claim_seconds = claim_seconds

    def place(self, placement: Placement) -> str:
        """The id of the order: a new one that is pending, or the one that this key has placed before."""
        order = _new(placement)

        def work(session: Session) -> None:
            session.add(order)
            if placement.cart_id:
                carts.empty(session, placement.cart_id)

        try:
            self._database.run(work)
        except IntegrityError:
            return self._placed_before(placement, order.fingerprint)
        return order.id

    def find(self, customer_id: str, order_id: str) -> OrderView:
        """A customer's order, or a Refusal (404), also where the order is somebody else's."""
        order = self._database.run(lambda session: session.get(tables.Order, order_id))
        if order is None or order.customer_id != customer_id:
            raise Refusal(404, "no_order", f"there is no order {order_id}")
        return _view(order)

    def history(self, customer_id: str) -> OrderHistory:
        """A customer's newest orders."""
        wanted = select(tables.Order).where(tables.Order.customer_id == customer_id)
        newest = wanted.order_by(tables.Order.placed_at.desc(), tables.Order.id).limit(HISTORY)
        found = self._database.run(lambda session: session.scalars(newest).all())
        return OrderHistory(orders=[_view(order) for order in found])

    def claim(self, order_id: str) -> tables.Order | None:
        """The order, for this process alone to work on; None if it is finished or another process has it."""
        free = or_(tables.Order.claimed_until.is_(None), tables.Order.claimed_until < now())
        mine = update(tables.Order).where(tables.Order.id == order_id, tables.Order.state == "pending", free)
        until = now() + timedelta(seconds=self._claim_seconds)

        def work(session: Session) -> tables.Order | None:
            if changed(session, mine.values(claimed_until=until)) == 0:
                return None
            return session.get(tables.Order, order_id)

        return self._database.run(work)

    def unclaim(self, order_id: str) -> None:
        """Let any process go on with the order."""
        this = update(tables.Order).where(tables.Order.id == order_id, tables.Order.state == "pending")
        self._database.run(lambda session: session.execute(this.values(claimed_until=None)))

    def price(self, order_id: str, reservation: ReservationView) -> None:
        """Write down the names and prices that the order was reserved for."""

        def work(session: Session) -> None:
            for reserved in reservation.lines:
                line = session.get(tables.OrderLine, (order_id, reserved.product_id))
                if line is not None:
                    line.name, line.unit_price_cents = reserved.name, reserved.unit_price_cents

        self._database.run(work)

    def finish(self, order_id: str, state: OrderState, reason: str = "") -> bool:
        """Give a pending order its last state; False if it had one."""
        this = update(tables.Order).where(tables.Order.id == order_id, tables.Order.state == "pending")
        done = this.values(state=state, reason=reason, claimed_until=None)
        return self._database.run(lambda session: changed(session, done)) == 1

    def unfinished(self, before: datetime) -> list[str]:
        """The orders that are pending since before a time, the oldest first."""
        wanted = select(tables.Order.id).where(
            tables.Order.state == "pending", tables.Order.placed_at < before
        )
        return list(
            self._database.run(lambda session: session.scalars(wanted.order_by(tables.Order.placed_at)).all())
        )

    def _placed_before(self, placement: Placement, fingerprint: str) -> str:
        wanted = select(tables.Order).where(
            tables.Order.customer_id == placement.customer_id, tables.Order.idempotency_key == placement.key
        )
        order = self._database.run(lambda session: session.scalars(wanted).one())
        idempotency.same(order.fingerprint, fingerprint)
        return order.id


def _new(placement: Placement) -> tables.Order:
    wanted = placement.wanted
    return tables.Order(
        id=str(uuid.uuid4()),
        customer_id=placement.customer_id,
        idempotency_key=placement.key,
        fingerprint=idempotency.fingerprint(wanted.model_copy(update={"cart_id": None})),
        state="pending",
        reason="",
        total_cents=wanted.total_cents,
        payment_method=wanted.payment_method,
        placed_at=now(),
        lines=[
            tables.OrderLine(product_id=line.product_id, quantity=line.quantity, name="", unit_price_cents=0)
            for line in wanted.lines
        ],
        **wanted.address.model_dump(),
    )


def _view(order: tables.Order) -> OrderView:
    lines = [
        OrderLine(
            product_id=line.product_id,
            name=line.name,
            quantity=line.quantity,
            unit_price_cents=line.unit_price_cents,
        )
        for line in order.lines
    ]
    address = Address(name=order.name, street=order.street, postcode=order.postcode, city=order.city)
    return OrderView.model_validate(
        {
            "id": order.id,
            "state": order.state,
            "reason": order.reason,
            "total_cents": order.total_cents,
            "address": address,
            "lines": lines,
            "placed_at": order.placed_at,
        }
    )
