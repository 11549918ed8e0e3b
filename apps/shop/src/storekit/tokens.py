"""Session tokens: signed by the user service, verified by whoever must know who asks."""

from datetime import datetime

import jwt
from flask import Request
from pydantic import Field

from storekit.configuration import Part
from storekit.operation import Customer
from storekit.problem import Refusal

ALGORITHM = "HS256"


class TokenSettings(Part):
    """The key of the session tokens, the same in every service that signs or verifies."""

    secret: str = Field(min_length=32, description="a random string of 32 characters or more", repr=False)


def issue(user_id: str, session_id: str, expires: datetime, settings: TokenSettings) -> str:
    """A token for one session."""
    return jwt.encode({"sub": user_id, "sid": session_id, "exp": expires}, settings.secret, ALGORITHM)


def verify(token: str, settings: TokenSettings) -> Customer:
    """Who the token speaks for, or a Refusal (401)."""
    try:
        claims: dict[str, object] = jwt.decode(
            token, settings.secret, [ALGORITHM], options={"require": ["sub", "sid", "exp"]}
        )
    except jwt.InvalidTokenError:
        raise Refusal(401, "signed_out", "please sign in") from None
    return Customer(str(claims["sub"]), str(claims["sid"]), token)


def bearer(request: Request, settings: TokenSettings) -> Customer:
    """The customer of a request between services."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        raise Refusal(401, "signed_out", "a bearer token is needed")
    return verify(token, settings)
