"""The payment service."""

from pathlib import Path

from pydantic import Field

from contracts.payment import Card, MethodView, PaymentRequest, PaymentView
from payment.payments import Payments
from payment.simulated_gateway import SimulatedGateway
from storekit import idempotency, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings
from storekit.operation import Call, Endpoint, Operation, Reply
from storekit.problem import Problem
from storekit.service import Parts, Service

MIGRATIONS = Path(__file__).parent / "migrations"


class Settings(ServiceSettings):
    """What the payment service is told."""

    database: DatabaseSettings
    simulated_gateway_seconds: float = Field(
        0.02, ge=0, le=10, description="how long the simulated gateway takes for a charge"
    )


def endpoints(payments: Payments, gateway: SimulatedGateway) -> tuple[Endpoint, ...]:
    """The operations of this service."""

    def tokenize(call: Call[Card]) -> Reply:
        return Reply(201, gateway.tokenize(call.body))

    def pay(call: Call[PaymentRequest]) -> Reply:
        return Reply(200, payments.pay(call.parameters[idempotency.HEADER], call.body))

    return (
        Operation(
            name="addPaymentMethod",
            method="POST",
            path="/payment-methods",
            about="Turn a card into a token",
            body=Card,
            run=tokenize,
            replies={201: MethodView, 422: Problem},
        ),
        Operation(
            name="pay",
            method="POST",
            path="/payments",
            about="Charge a card, once for each key",
            body=PaymentRequest,
            run=pay,
            replies={200: PaymentView, 422: Problem},
            parameters=(idempotency.KEY,),
        ),
    )


def assemble(settings: Settings) -> Parts:
    """The running service.

    The gateway has connections of its own. Were they shared, payments that hold a row's lock while they wait
    for a connection to charge with could use the pool up and wait for each other.
    """
    database = Database(settings.database, settings.threads)
    gateway = SimulatedGateway(
        Database(settings.database, settings.threads), settings.simulated_gateway_seconds
    )
    return Parts(endpoints(Payments(database, gateway), gateway), migration.check(database, MIGRATIONS))


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    migration.migrate(Database(settings.database, 1), MIGRATIONS)


SERVICE = Service(
    name="payment",
    about="Charging cards, once each, through a simulated gateway",
    settings=Settings,
    assemble=assemble,
    commands={"migrate": migrate},
    migrations=MIGRATIONS,
)
