"""Holding stock back for an order: never more than there is, and always the same answer to one order."""

from collections.abc import Iterable

from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.product import ReservationRequest, ReservationState, ReservationView, ReservedLine
from product.tables import Product, Reservation, ReservationLine
from storekit.database import Database, now
from storekit.problem import Refusal

RESERVATIONS = Counter("shop_stock_reservations_total", "Reservations by what became of them", ["state"])


class Reservations:
    """The reservations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, order_id: str, wanted: ReservationRequest) -> ReservationView:
        """Hold all of what an order wants, or nothing; a repetition gets the first answer."""
        quantities = {line.product_id: line.quantity for line in wanted.lines}
        try:
            view = self._database.run(lambda session: _hold(session, order_id, quantities))
        except IntegrityError:  # another request for this order was first
            return self._database.run(lambda session: _view(_find(session, order_id)))
        RESERVATIONS.labels(view.state).inc()
        return view

    def conclude(self, order_id: str, state: ReservationState) -> ReservationView:
        """Confirm what is held, or put it back on the shelf. Whatever was concluded first stays."""

        def work(session: Session) -> tuple[ReservationView, bool]:
            reservation = _find(session, order_id, lock=True)
            moved = reservation.state == "held"
            if moved:
                reservation.state = state
                if state == "released":
                    _put_back(session, reservation)
            return _view(reservation), moved

        view, moved = self._database.run(work)
        if moved:
            RESERVATIONS.labels(state).inc()
        return view


def _hold(session: Session, order_id: str, quantities: dict[str, int]) -> ReservationView:
    reservation = Reservation(order_id=order_id, state="held", short="", created_at=now(), lines=[])
    session.add(reservation)
    session.flush()  # a second request for this order waits here, and then fails on the primary key
    products = _lock(session, quantities)
    short = [
        key for key, count in sorted(quantities.items()) if key not in products or products[key].stock < count
    ]
    if short:
        reservation.state, reservation.short = "refused", ",".join(short)
        return _view(reservation)
    for key, count in quantities.items():
        products[key].stock -= count
        reservation.lines.append(_line(products[key], count))
    session.flush()
    return _view(reservation)


def _lock(session: Session, product_ids: Iterable[str]) -> dict[str, Product]:
    # Two orders for the last piece queue here for its row. All lock in the order of the key, so they cannot
    # wait for each other in a circle.
    rows = select(Product).where(Product.id.in_(sorted(product_ids))).order_by(Product.id).with_for_update()
    return {product.id: product for product in session.scalars(rows)}


def _line(product: Product, quantity: int) -> ReservationLine:
    return ReservationLine(
        product_id=product.id, name=product.name, quantity=quantity, unit_price_cents=product.price_cents
    )


def _put_back(session: Session, reservation: Reservation) -> None:
    products = _lock(session, [line.product_id for line in reservation.lines])
    for line in reservation.lines:
        products[line.product_id].stock += line.quantity


def _find(session: Session, order_id: str, lock: bool = False) -> Reservation:
    found = session.get(Reservation, order_id, with_for_update=lock)
    if found is None:
        raise Refusal(404, "no_reservation", f"nothing was reserved for the order {order_id}")
    return found


def _view(reservation: Reservation) -> ReservationView:
    lines = [
        ReservedLine(
            product_id=line.product_id,
            name=line.name,
            quantity=line.quantity,
            unit_price_cents=line.unit_price_cents,
        )
        for line in sorted(reservation.lines, key=lambda line: line.product_id)
    ]
    return ReservationView.model_validate(
        {
            "order_id": reservation.order_id,
            "state": reservation.state,
            "lines": lines,
            "total_cents": sum(line.quantity * line.unit_price_cents for line in lines),
            "short": reservation.short.split(",") if reservation.short else [],
        }
    )
