"""A SIMULATED card gateway: it stands where a payment provider would, and moves no money.

It behaves like a provider that does not detect repetitions: every call of `charge` is one more charge on its
ledger. That a customer is charged once is the payment service's work, and the ledger is how tests can tell.
It keeps its ledger in transactions of its own, as a third party would: it outlives a crash of its caller.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Counter
from sqlalchemy import BigInteger, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from contracts.payment import Card, MethodView
from storekit.database import Database, Moment, Table, now
from storekit.problem import Refusal

CHARGES = Counter("shop_gateway_charges_total", "Charges on the simulated gateway's ledger", ["outcome"])
# Numbers whose charges are refused, as providers' test cards are; every other valid number is approved.
REFUSED = {"4000000000000002": "card_declined", "4000000000009995": "insufficient_funds"}


class SimulatedCard(Table):
    """A card's token. Of the number only the last digits are kept, and what will become of its charges."""

    __tablename__ = "simulated_gateway_card"

    token: Mapped[str] = mapped_column(String(35), primary_key=True)
    brand: Mapped[str] = mapped_column(String(20))
    last4: Mapped[str] = mapped_column(String(4))
    refusal: Mapped[str] = mapped_column(String(60))


class SimulatedCharge(Table):
    """A line of the ledger."""

    __tablename__ = "simulated_gateway_charge"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=True)
    reference: Mapped[str] = mapped_column(String(64), index=True)
    token: Mapped[str] = mapped_column(String(35))
    amount_cents: Mapped[int] = mapped_column(Integer)
    refusal: Mapped[str] = mapped_column(String(60))
    charged_at: Mapped[datetime] = mapped_column(Moment)


@dataclass(frozen=True)
class Outcome:
    """What became of a charge; an empty refusal means that the money was taken."""

    refusal: str


class SimulatedGateway:
    """The provider's side. `seconds` is how long a charge takes."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._seconds = seconds

    def tokenize(self, card: Card) -> MethodView:
        """A token for a card, or a Refusal (422) for a number that no card has."""
        if not is_card_number(card.number):
            raise Refusal(422, "invalid_card", "this card number is not valid")
        kept = SimulatedCard(
            token=f"pm_{uuid.uuid4().hex}",
            brand=_brand(card.number),
            last4=card.number[-4:],
            refusal=REFUSED.get(card.number, ""),
        )
        self._database.run(lambda session: session.add(kept))
        return MethodView(id=kept.token, brand=kept.brand, last4=kept.last4)

    def charge(self, reference: str, token: str, amount_cents: int) -> Outcome:
        """Charge a card: one more line on the ledger, whatever it holds already."""

        def work(session: Session) -> Outcome:
            card = session.get(SimulatedCard, token)
            refusal = "unknown_card" if card is None else card.refusal
            session.add(
                SimulatedCharge(
                    reference=reference,
                    token=token,
                    amount_cents=amount_cents,
                    refusal=refusal,
                    charged_at=now(),
                )
            )
            return Outcome(refusal)

        time.sleep(self._seconds / 2)  # our request is on its way
        outcome = self._database.run(work)
        CHARGES.labels("refused" if outcome.refusal else "captured").inc()
        time.sleep(self._seconds / 2)  # the answer is on its way: the charge is made, we do not know it
        return outcome

    def find(self, reference: str) -> Outcome | None:
        """What became of an earlier charge with this reference, if there was one."""
        wanted = select(SimulatedCharge).where(SimulatedCharge.reference == reference).limit(1)
        charge = self._database.run(lambda session: session.scalar(wanted))
        return None if charge is None else Outcome(charge.refusal)


def is_card_number(number: str) -> bool:
    """Whether the last digit is the one that the others call for (Luhn)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0


def _brand(number: str) -> str:
    return {"3": "American Express", "4": "Visa", "5": "Mastercard"}.get(number[0], "Card")
