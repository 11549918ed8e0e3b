"""The saga of an order: reserve, charge, hand over; or undo what was done.

Each step may be repeated with the same result, and the order's last state is written when all is done for it.
So a saga that breaks off anywhere is simply run again, by the customer's repeated request or by `resume`.
"""

from prometheus_client import Counter

from contracts.order import OrderState, OrderView
from contracts.payment import PaymentRequest, PaymentView
from contracts.product import Line, ReservationRequest, ReservationView
from order.orders import Orders, Placement
from order.tables import Order
from storekit import idempotency, logs
from storekit.problem import Refusal, Unavailable
from storekit.upstream import Ask, Upstream

ORDERS = Counter("shop_orders_total", "Orders by what became of them", ["state", "reason"])


class Saga:
    """Takes an order as far as it goes."""

    def __init__(self, orders: Orders, product: Upstream, payment: Upstream) -> None:
        self._orders = orders
        self._product = product
        self._payment = payment

    def place(self, placement: Placement) -> OrderView:
        """Record an order, and bring it as far as it goes now."""
        order_id = self._orders.place(placement)
        self.advance(order_id)
        return self._orders.find(placement.customer_id, order_id)

    def advance(self, order_id: str) -> None:
        """Bring a pending order to its end. It stays pending if a service that it needs does not answer."""
        order = self._orders.claim(order_id)
        if order is None:
            return
        try:
            state, reason = self._outcome(order)
        except Unavailable as missing:
            logs.say("order interrupted", order=order_id, needed=missing.needed)
            self._orders.unclaim(order_id)
            return
        if self._orders.finish(order_id, state, reason):
            ORDERS.labels(state, reason).inc()
            logs.say("order finished", order=order_id, state=state, reason=reason)

    def _outcome(self, order: Order) -> tuple[OrderState, str]:
        try:
            reservation = self._reserve(order)
        except Unavailable:
            raise
        except Refusal as refusal:
            return "rejected", refusal.title
        if reservation.state == "refused":
            return "rejected", "out_of_stock"
        if reservation.total_cents != order.total_cents:
            self._conclude(order, "release")
            return "rejected", "price_changed"
        self._orders.price(order.id, reservation)
        refusal = self._charge(order)
        if refusal:
            self._conclude(order, "release")
            return "payment_refused", refusal
        self._conclude(order, "confirmation")
        return "paid", ""

    def _reserve(self, order: Order) -> ReservationView:
        lines = [Line(product_id=line.product_id, quantity=line.quantity) for line in order.lines]
        ask = Ask("PUT", f"/reservations/{order.id}", ReservationRequest(lines=lines))
        return self._product.call(ask, ReservationView)

    def _charge(self, order: Order) -> str:
        """The reason for which the payment was refused; empty if it was not."""
        wanted = PaymentRequest(
            order_id=order.id, amount_cents=order.total_cents, method=order.payment_method
        )
        # The order's id is the key: however often this order is taken up, it is charged once.
        ask = Ask("POST", "/payments", wanted, {idempotency.HEADER: order.id})
        try:
            payment = self._payment.call(ask, PaymentView)
        except Unavailable:
            raise
        except Refusal as refusal:
            return refusal.title
        if payment.state == "processing":
            raise Unavailable("the payment's outcome")
        return payment.reason

    def _conclude(self, order: Order, how: str) -> None:
        self._product.call(Ask("PUT", f"/reservations/{order.id}/{how}"), ReservationView)
