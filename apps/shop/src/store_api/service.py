"""The store-api service."""

from fastapi import APIRouter, Request
from pydantic import Field

from contracts.identifiers import CART_COOKIE
from contracts.order import OrderView
from store_api import forwarding, routes
from store_api.carts import Carts
from store_api.cookies import Cookies
from store_api.forwarding import Gateway
from store_api.kept import Kept
from store_api.sessions import Sessions
from store_api.shelf import Shelf
from storekit.cache import Cache, RedisSettings
from storekit.configuration import ServiceSettings
from storekit.service import Parts, Service
from storekit.tokens import TokenSettings
from storekit.upstream import Upstream

router = APIRouter()
router.include_router(routes.router)
router.include_router(forwarding.routes())


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
    urls = {
        "user": settings.user_url,
        "product": settings.product_url,
        "order": settings.order_url,
        "payment": settings.payment_url,
    }
    upstreams = {name: Upstream(name, url, settings.threads) for name, url in urls.items()}
    cache = Cache(settings.redis)
    shelf = Shelf(Kept(cache, upstreams["product"]))
    carts = Carts(cache, upstreams["order"], shelf)

    def ordered(request: Request, answer: bytes) -> None:
        carts.forget(request.cookies.get(CART_COOKIE))
        shelf.changed(line.product_id for line in OrderView.model_validate_json(answer).lines)

    return Parts(
        [
            carts,
            Sessions(cache, upstreams["user"], settings.token),
            Cookies(settings.cookie_secure),
            Gateway(upstreams, cache, {"placeOrder": ordered}),
        ]
    )


SERVICE = Service(
    name="store-api",
    about="The one door to the shop: what the page talks to",
    settings=Settings,
    router=router,
    assemble=assemble,
    commands={},
    schemas=forwarding.schemas(),
)
