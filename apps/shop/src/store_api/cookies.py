"""The shop's cookies: out of reach of the page's scripts, and not sent along from other sites."""

from dataclasses import dataclass

from fastapi import Response

from contracts.identifiers import CART_COOKIE

SESSION_COOKIE = "session"
SESSION_SECONDS = 12 * 3600
CART_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True)
class Cookies:
    """Sets them; `secure`: only where the page is served with TLS."""

    secure: bool

    def session(self, response: Response, token: str) -> None:
        """Hand over a session's token; an empty one ends it."""
        self._set(response, SESSION_COOKIE, token, SESSION_SECONDS if token else 0)

    def cart(self, response: Response, cart_id: str) -> None:
        """Hand over a cart's id."""
        self._set(response, CART_COOKIE, cart_id, CART_SECONDS)

    def _set(self, response: Response, name: str, value: str, seconds: int) -> None:
        response.set_cookie(
            name, value, max_age=seconds, secure=self.secure, httponly=True, samesite="strict"
        )
