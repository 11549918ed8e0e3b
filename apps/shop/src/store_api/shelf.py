"""The shelf as a cart sees it: a few seconds old at most, and then without asking the product service."""

from collections.abc import Iterable, Mapping

from contracts.product import Catalogue, ProductView
from store_api.kept import Kept

PRODUCTS = "/products"


class Shelf:
    """Products, from the cache or else from the product service."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    def products(self) -> Mapping[str, ProductView]:
        """Every product by its id."""
        shelf = Catalogue.model_validate_json(self._kept.get(PRODUCTS))
        return {product.id: product for product in shelf.products}

    def find(self, product_id: str) -> ProductView:
        """One product, or a Refusal (404)."""
        return ProductView.model_validate_json(self._kept.get(_path(product_id)))

    def changed(self, product_ids: Iterable[str]) -> None:
        """Look again at the shelf: something has been sold."""
        self._kept.forget(PRODUCTS, *map(_path, product_ids))


def _path(product_id: str) -> str:
    return f"{PRODUCTS}/{product_id}"
