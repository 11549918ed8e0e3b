"""The product service."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from contracts.exposure import EVERYONE
from contracts.identifiers import Category, OrderId, ProductId, Search
from contracts.product import Catalogue, ProductView, ReservationRequest, ReservationView
from product.assortment import ASSORTMENT
from product.reservations import Reservations
from product.shelf import Shelf
from storekit import logs, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings
from storekit.problem import problems
from storekit.service import Parts, Service, part

MIGRATIONS = Path(__file__).parent / "migrations"
# store-api may keep the shelf for so long; a browser may not.
FRESH = {"Cache-Control": "s-maxage=5"}
router = APIRouter()
ShelfPart = Annotated[Shelf, Depends(part(Shelf))]
ReservationsPart = Annotated[Reservations, Depends(part(Reservations))]


class Settings(ServiceSettings):
    """What the product service is told."""

    database: DatabaseSettings


@router.get("/products", tags=[EVERYONE])
def browse(
    shelf: ShelfPart, response: Response, category: Category = None, search: Search = None
) -> Catalogue:
    """List products."""
    if search is None:  # there is no end of texts to search for
        response.headers.update(FRESH)
    return shelf.browse(category, search)


@router.get("/products/{product_id}", tags=[EVERYONE], responses=problems(404))
def get_product(shelf: ShelfPart, response: Response, product_id: ProductId) -> ProductView:
    """Look at one product."""
    response.headers.update(FRESH)
    return shelf.find(product_id)


@router.put("/reservations/{order_id}")
def reserve(reservations: ReservationsPart, order_id: OrderId, wanted: ReservationRequest) -> ReservationView:
    """Hold stock back for an order, all of it or none; a repetition gets the first answer."""
    return reservations.reserve(order_id, wanted)


@router.put("/reservations/{order_id}/confirmation", responses=problems(404))
def confirm_reservation(reservations: ReservationsPart, order_id: OrderId) -> ReservationView:
    """Hand over what is held."""
    return reservations.conclude(order_id, "confirmed")


@router.put("/reservations/{order_id}/release", responses=problems(404))
def release_reservation(reservations: ReservationsPart, order_id: OrderId) -> ReservationView:
    """Put back what is held."""
    return reservations.conclude(order_id, "released")


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    return Parts([Shelf(database), Reservations(database)], migration.check(database, MIGRATIONS))


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
    router=router,
    assemble=assemble,
    commands={"migrate": migrate, "seed": seed},
    migrations=MIGRATIONS,
)
