"""The visitor's cart: its lines from the cache or the order service, its products from the shelf."""

import uuid

from contracts.order import CartView, LineQuantity
from store_api.messages import Cart, CartItem
from store_api.shelf import Shelf
from storekit.cache import Cache
from storekit.upstream import Ask, Upstream

# Short: a change made while the cache was away is not in the cache when it comes back.
FRESH_SECONDS = 60


class Carts:
    """Carts by the id in the visitor's cookie."""

    def __init__(self, cache: Cache, order: Upstream, shelf: Shelf) -> None:
        self._cache = cache
        self._order = order
        self._shelf = shelf

    def find(self, cart_id: str | None) -> Cart:
        """What lies in a cart. A visitor without a cookie has an empty one."""
        if cart_id is None:
            return Cart(items=[], total_cents=0)
        found = self._cache.get(_key(cart_id), CartView)
        if found is None:
            found = self._order.call(Ask("GET", f"/carts/{cart_id}"), CartView)
            self._cache.put(_key(cart_id), found, FRESH_SECONDS)
        return self._priced(found)

    def put(self, cart_id: str, product_id: str, quantity: LineQuantity) -> Cart:
        """Let a cart hold so many of a product that is on the shelf."""
        self._shelf.find(product_id)
        return self._changed(Ask("PUT", f"/carts/{cart_id}/lines/{product_id}", quantity))

    def take(self, cart_id: str, product_id: str) -> Cart:
        """Take a product out of a cart."""
        return self._changed(Ask("DELETE", f"/carts/{cart_id}/lines/{product_id}"))

    def forget(self, cart_id: str | None) -> None:
        """Look again at a cart that something else has emptied."""
        if cart_id is not None:
            self._cache.forget(_key(cart_id))

    def _changed(self, ask: Ask) -> Cart:
        changed = self._order.call(ask, CartView)
        self._cache.put(_key(changed.id), changed, FRESH_SECONDS)
        return self._priced(changed)

    def _priced(self, cart: CartView) -> Cart:
        known = self._shelf.products()
        items = [
            CartItem(product=known[line.product_id], quantity=line.quantity)
            for line in cart.lines
            if line.product_id in known
        ]
        return Cart(items=items, total_cents=sum(item.quantity * item.product.price_cents for item in items))


def new_id() -> str:
    """The id of a new cart: 122 random bits, for whoever knows it holds the cart."""
    return str(uuid.uuid4())


def _key(cart_id: str) -> str:
    return f"cart:{cart_id}"
