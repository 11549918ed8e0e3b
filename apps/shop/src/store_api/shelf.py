"""The shelf as the page sees it: a few seconds old at most, and then without asking the product service."""

from urllib.parse import urlencode

from contracts.product import Catalogue, ProductView
from storekit.cache import Cache
from storekit.upstream import Ask, Upstream

FRESH_SECONDS = 5


class Shelf:
    """Products, from the cache or else from the product service."""

    def __init__(self, cache: Cache, product: Upstream) -> None:
        self._cache = cache
        self._product = product

    def browse(self, category: str = "", search: str = "") -> Catalogue:
        """The products of a category that contain a text. Only whole categories are kept in the cache."""
        if search:
            return self._ask(category, search)
        key = f"shelf:{category}"
        found = self._cache.get(key, Catalogue)
        if found is None:
            found = self._ask(category, search)
            self._cache.put(key, found, FRESH_SECONDS)
        return found

    def find(self, product_id: str) -> ProductView:
        """One product, or a Refusal (404)."""
        known = {product.id: product for product in self.browse().products}
        if product_id in known:
            return known[product_id]
        return self._product.call(Ask("GET", f"/products/{product_id}"), ProductView)

    def changed(self) -> None:
        """Look again at the whole shelf: something has been sold."""
        self._cache.forget("shelf:")

    def _ask(self, category: str, search: str) -> Catalogue:
        wanted = {name: value for name, value in (("category", category), ("search", search)) if value}
        return self._product.call(Ask("GET", f"/products?{urlencode(wanted)}"), Catalogue)
