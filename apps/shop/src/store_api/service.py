"""The store-api service."""

from pydantic import Field

from store_api import buying, signing, visiting
from store_api.buying import Till
from store_api.carts import Carts
from store_api.sessions import Sessions
from store_api.shelf import Shelf
from storekit.cache import Cache, RedisSettings
from storekit.configuration import ServiceSettings
from storekit.service import Parts, Service
from storekit.tokens import TokenSettings
from storekit.upstream import Upstream


class Settings(ServiceSettings):
    """What the store-api service is told."""

    redis: RedisSettings
    token: TokenSettings
    user_url: str = Field("http://user:8080", description="where the user service is")
    product_url: str = Field("http://product:8080", description="where the product service is")
    order_url: str = Field("http://order:8080", description="where the order service is")
    payment_url: str = Field("http://payment:8080", description="where the payment service is")
    cookie_secure: bool = Field(True, description="false only where the page is served without TLS")


def assemble(settings: Settings) -> Parts:
    """The running service. It is ready whenever it runs: what it asks may be away, and it says so then."""

    def upstream(name: str, url: str) -> Upstream:
        return Upstream(name, url, settings.threads)

    cache = Cache(settings.redis)
    order = upstream("order", settings.order_url)
    shelf = Shelf(cache, upstream("product", settings.product_url))
    carts = Carts(cache, order, shelf)
    sessions = Sessions(cache, upstream("user", settings.user_url), settings.token)
    till = Till(order, upstream("payment", settings.payment_url), carts, shelf)
    return Parts(
        (
            *visiting.shelf_endpoints(shelf),
            *visiting.cart_endpoints(carts, settings.cookie_secure),
            *signing.opening_endpoints(sessions, settings.cookie_secure),
            *signing.session_endpoints(sessions, settings.cookie_secure),
            *buying.payment_endpoints(till),
            *buying.placing_endpoints(till),
            *buying.order_endpoints(till),
        ),
        authenticate=sessions.authenticate,
    )


SERVICE = Service(
    name="store-api",
    about="The one door to the shop: what the page talks to",
    settings=Settings,
    assemble=assemble,
    commands={},
    scheme="cookie",
)
