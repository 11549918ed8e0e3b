"""The payment service."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from contracts.exposure import CUSTOMERS
from contracts.payment import Card, MethodView, PaymentRequest, PaymentView
from payment.payments import Payments
from payment.simulated_gateway import SimulatedGateway
from storekit import idempotency, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings
from storekit.problem import problems
from storekit.service import Parts, Service, part

MIGRATIONS = Path(__file__).parent / "migrations"
router = APIRouter()


class Settings(ServiceSettings):
    """What the payment service is told."""

    database: DatabaseSettings
    simulated_gateway_seconds: float = Field(
        0.02, ge=0, le=10, description="how long the simulated gateway takes for a charge"
    )


@router.post("/payment-methods", status_code=201, tags=[CUSTOMERS], responses=problems(422))
def add_payment_method(
    gateway: Annotated[SimulatedGateway, Depends(part(SimulatedGateway))], card: Card
) -> MethodView:
    """Turn a card into a token."""
    return gateway.tokenize(card)


@router.post("/payments", responses=problems(422))
def pay(
    payments: Annotated[Payments, Depends(part(Payments))], key: idempotency.Key, wanted: PaymentRequest
) -> PaymentView:
    """Charge a card, once for each key."""
    return payments.pay(key, wanted)


def assemble(settings: Settings) -> Parts:
    """The running service.

    The gateway has connections of its own. Were they shared, payments that hold a row's lock while they wait
    for a connection to charge with could use the pool up and wait for each other.
    """
    database = Database(settings.database, settings.threads)
    gateway = SimulatedGateway(
        Database(settings.database, settings.threads), settings.simulated_gateway_seconds
    )
    return Parts([Payments(database, gateway), gateway], migration.check(database, MIGRATIONS))


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    migration.migrate(Database(settings.database, 1), MIGRATIONS)


SERVICE = Service(
    name="payment",
    about="Charging cards, once each, through a simulated gateway",
    settings=Settings,
    router=router,
    assemble=assemble,
    commands={"migrate": migrate},
    migrations=MIGRATIONS,
)
