"""Charging once: whatever is repeated, whatever happens at once, whatever breaks in between.

1. The payment is recorded as `processing` and committed; the unique key lets one request in.
2. Its row is locked for as long as the gateway is asked. A second request for the same key waits for the
   lock, then reads the outcome. A lease could expire while the first request is still charging.
3. If this process dies, the lock goes with its connection, and the row stays `processing`. Whoever comes next
   asks the gateway for a charge with this payment's reference before it makes one.
"""

import uuid
from contextlib import suppress

from prometheus_client import Counter
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from contracts.payment import PaymentRequest, PaymentView
from payment.simulated_gateway import SimulatedGateway
from payment.tables import Payment
from storekit import idempotency
from storekit.database import Database, now

PAYMENTS = Counter("shop_payments_total", "Payments by what became of them", ["state"])


class Payments:
    """The payments in the database."""

    def __init__(self, database: Database, gateway: SimulatedGateway) -> None:
        self._database = database
        self._gateway = gateway

    def pay(self, key: str, wanted: PaymentRequest) -> PaymentView:
        """Charge what is asked, or tell what became of the first request with this key."""
        self._record(key, wanted)
        return self._database.run(lambda session: self._settle(session, key, idempotency.fingerprint(wanted)))

    def _record(self, key: str, wanted: PaymentRequest) -> None:
        payment = Payment(
            id=str(uuid.uuid4()),
            idempotency_key=key,
            fingerprint=idempotency.fingerprint(wanted),
            order_id=wanted.order_id,
            amount_cents=wanted.amount_cents,
            method=wanted.method,
            state="processing",
            reason="",
            created_at=now(),
        )
        with suppress(IntegrityError):  # it is recorded: by an earlier request, or one that runs now
            self._database.run(lambda session: session.add(payment))

    def _settle(self, session: Session, key: str, fingerprint: str) -> PaymentView:
        payment = session.scalars(
            select(Payment).where(Payment.idempotency_key == key).with_for_update()
        ).one()
        idempotency.same(payment.fingerprint, fingerprint)
        if payment.state == "processing":
            outcome = self._gateway.find(payment.id)
            if outcome is None:
                outcome = self._gateway.charge(payment.id, payment.method, payment.amount_cents)
            payment.state = "refused" if outcome.refusal else "captured"
            payment.reason = outcome.refusal
            PAYMENTS.labels(payment.state).inc()
        return _view(payment)


def _view(payment: Payment) -> PaymentView:
    return PaymentView.model_validate(
        {
            "id": payment.id,
            "order_id": payment.order_id,
            "amount_cents": payment.amount_cents,
            "state": payment.state,
            "reason": payment.reason,
        }
    )
