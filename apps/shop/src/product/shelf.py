"""What is for sale."""

from dataclasses import asdict

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contracts.product import Catalogue, ProductView
from product.assortment import Article
from product.tables import Product
from storekit.database import Database
from storekit.problem import Refusal


class Shelf:
    """The products in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def browse(self, category: str | None, search: str | None) -> Catalogue:
        """The products of a category (or of all) that contain a text (or any)."""
        wanted = select(Product).order_by(Product.name)
        if category:
            wanted = wanted.where(Product.category == category)
        if search:
            wanted = wanted.where(
                or_(
                    Product.name.contains(search, autoescape=True),
                    Product.about.contains(search, autoescape=True),
                )
            )
        found = self._database.run(lambda session: session.scalars(wanted).all())
        return Catalogue(products=[_view(product) for product in found])

    def find(self, product_id: str) -> ProductView:
        """One product, or a Refusal (404)."""
        product = self._database.run(lambda session: session.get(Product, product_id))
        if product is None:
            raise Refusal(404, "no_product", f"there is no product {product_id}")
        return _view(product)

    def stock(self, article: Article) -> bool:
        """Put an article on the shelf; False if it is there already, which changes nothing."""

        def work(session: Session) -> bool:
            if session.get(Product, article.id) is not None:
                return False
            session.add(Product(**asdict(article)))
            return True

        return self._database.run(work)


def _view(product: Product) -> ProductView:
    return ProductView(
        id=product.id,
        name=product.name,
        about=product.about,
        category=product.category,
        price_cents=product.price_cents,
        stock=product.stock,
    )
