"""store-api's own operations: sessions and carts, which live in the visitor's cookies.

What the services do as they are asked is passed on: see `forwarding`.
"""

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Response
from fastapi.security import APIKeyCookie
from pydantic import WithJsonSchema

from contracts.identifiers import ProductId, VisitorsCart
from contracts.order import LineQuantity
from contracts.user import OpenedSession, SignIn, SignUp
from store_api import carts
from store_api.carts import Carts
from store_api.cookies import SESSION_COOKIE, Cookies
from store_api.messages import Cart, Visitor
from store_api.sessions import Sessions
from storekit.problem import problems
from storekit.service import part
from storekit.tokens import Customer

router = APIRouter(prefix="/api")
CartsPart = Annotated[Carts, Depends(part(Carts))]
SessionsPart = Annotated[Sessions, Depends(part(Sessions))]
CookiesPart = Annotated[Cookies, Depends(part(Cookies))]


def _signed_in(
    sessions: SessionsPart,
    token: Annotated[
        str | None, Depends(APIKeyCookie(name=SESSION_COOKIE, scheme_name="cookie", auto_error=False))
    ],
) -> Customer:
    return sessions.authenticate(token or "")


SignedIn = Annotated[Customer, Depends(_signed_in)]
"""The customer whose cookie came with the request."""


class Welcome:
    """Gives the cookie of a session that has just been opened to the visitor."""

    def __init__(self, cookies: CookiesPart, response: Response) -> None:
        self._cookies = cookies
        self._response = response

    def __call__(self, opened: OpenedSession) -> Visitor:
        """The visitor as the page knows them."""
        self._cookies.session(self._response, opened.token)
        return Visitor(user=opened.session.user)


@router.post("/users", status_code=201, responses=problems(409))
def sign_up(sessions: SessionsPart, welcome: Annotated[Welcome, Depends()], new: SignUp) -> Visitor:
    """Create an account and sign in."""
    return welcome(sessions.sign_up(new))


@router.post("/session", status_code=201, responses=problems(401, 429))
def sign_in(sessions: SessionsPart, welcome: Annotated[Welcome, Depends()], given: SignIn) -> Visitor:
    """Sign in."""
    return welcome(sessions.sign_in(given))


@router.get("/session")
def get_visitor(
    sessions: SessionsPart, token: Annotated[str, WithJsonSchema({}), Cookie(alias=SESSION_COOKIE)] = ""
) -> Visitor:
    """Tell who is signed in."""
    return Visitor(user=sessions.visitor(token))


@router.delete("/session", status_code=204, responses=problems(401))
def sign_out(sessions: SessionsPart, customer: SignedIn, cookies: CookiesPart, response: Response) -> None:
    """Sign out."""
    sessions.sign_out(customer)
    cookies.session(response, "")


@router.get("/cart")
def get_cart(kept: CartsPart, cart: VisitorsCart = None) -> Cart:
    """Look into the cart."""
    return kept.find(cart)


async def _cart_to_fill(cookies: CookiesPart, response: Response, cart: VisitorsCart = None) -> str:
    cart_id = cart or carts.new_id()
    cookies.cart(response, cart_id)
    return cart_id


@router.put("/cart/lines/{product_id}", responses=problems(404, 409))
def put_cart_line(
    kept: CartsPart,
    cart_id: Annotated[str, Depends(_cart_to_fill)],
    product_id: ProductId,
    quantity: LineQuantity,
) -> Cart:
    """Let the cart hold so many of a product."""
    return kept.put(cart_id, product_id, quantity)


@router.delete("/cart/lines/{product_id}")
def take_cart_line(kept: CartsPart, product_id: ProductId, cart: VisitorsCart = None) -> Cart:
    """Take a product out of the cart."""
    return kept.take(cart, product_id) if cart else kept.find(None)
