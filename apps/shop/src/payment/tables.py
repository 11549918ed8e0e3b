"""The tables of the payment service. The simulated gateway keeps its own, in simulated_gateway.py."""

from datetime import datetime

from sqlalchemy import CHAR, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storekit.database import Moment, Table


class Payment(Table):
    """One charge. The unique key is what makes a repeated request find the first one."""

    __tablename__ = "payment"

    id: Mapped[str] = mapped_column(CHAR(36), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), unique=True)
    fingerprint: Mapped[str] = mapped_column(CHAR(64))
    order_id: Mapped[str] = mapped_column(String(64), index=True)
    amount_cents: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(35))
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Moment)
