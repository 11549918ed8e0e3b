"""The product service."""

from pathlib import Path

from contracts.identifiers import CATEGORY, ORDER, PRODUCT, SEARCH
from contracts.product import Catalogue, ProductView, ReservationRequest, ReservationView
from product.assortment import ASSORTMENT
from product.reservations import Reservations
from product.shelf import Shelf
from storekit import logs, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings
from storekit.operation import Call, Endpoint, Nothing, Operation, Reply
from storekit.problem import Problem
from storekit.service import Parts, Service

MIGRATIONS = Path(__file__).parent / "migrations"


class Settings(ServiceSettings):
    """What the product service is told."""

    database: DatabaseSettings


def shelf_endpoints(shelf: Shelf) -> tuple[Endpoint, ...]:
    """Looking at the shelf."""

    def browse(call: Call[Nothing]) -> Reply:
        return Reply(200, shelf.browse(call.parameters.get("category"), call.parameters.get("search")))

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, shelf.find(call.parameters["product_id"]))

    return (
        Operation(
            name="browse",
            method="GET",
            path="/products",
            about="List products",
            body=Nothing,
            run=browse,
            replies={200: Catalogue},
            parameters=(CATEGORY, SEARCH),
        ),
        Operation(
            name="getProduct",
            method="GET",
            path="/products/{product_id}",
            about="Look at one product",
            body=Nothing,
            run=find,
            replies={200: ProductView, 404: Problem},
            parameters=(PRODUCT,),
        ),
    )


def reservation_endpoints(reservations: Reservations) -> tuple[Endpoint, ...]:
    """Holding stock back for orders."""

    def reserve(call: Call[ReservationRequest]) -> Reply:
        return Reply(200, reservations.reserve(call.parameters["order_id"], call.body))

    def confirm(call: Call[Nothing]) -> Reply:
        return Reply(200, reservations.conclude(call.parameters["order_id"], "confirmed"))

    def release(call: Call[Nothing]) -> Reply:
        return Reply(200, reservations.conclude(call.parameters["order_id"], "released"))

    return (
        Operation(
            name="reserve",
            method="PUT",
            path="/reservations/{order_id}",
            about="Hold stock back for an order, all of it or none; a repetition gets the first answer",
            body=ReservationRequest,
            run=reserve,
            replies={200: ReservationView},
            parameters=(ORDER,),
        ),
        Operation(
            name="confirmReservation",
            method="PUT",
            path="/reservations/{order_id}/confirmation",
            about="Hand over what is held",
            body=Nothing,
            run=confirm,
            replies={200: ReservationView, 404: Problem},
            parameters=(ORDER,),
        ),
        Operation(
            name="releaseReservation",
            method="PUT",
            path="/reservations/{order_id}/release",
            about="Put back what is held",
            body=Nothing,
            run=release,
            replies={200: ReservationView, 404: Problem},
            parameters=(ORDER,),
        ),
    )


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    endpoints = (*shelf_endpoints(Shelf(database)), *reservation_endpoints(Reservations(database)))
    return Parts(endpoints, migration.check(database, MIGRATIONS))


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    migration.migrate(Database(settings.database, 1), MIGRATIONS)


def seed(settings: Settings) -> None:
    """Put every article of the assortment on the shelf that is not there yet; change none that is."""
    shelf = Shelf(Database(settings.database, 1))
    for article in ASSORTMENT:
        if shelf.stock(article):
            logs.say("article added", product=article.id)


SERVICE = Service(
    name="product",
    about="The shelf and what is held back from it",
    settings=Settings,
    assemble=assemble,
    commands={"migrate": migrate, "seed": seed},
    migrations=MIGRATIONS,
)
