"""Session tokens: signed by the user service, verified by whoever must know who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import jwt
from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import Field

from storekit.configuration import Part
from storekit.problem import Refusal
from storekit.service import part

ALGORITHM = "HS256"


class TokenSettings(Part):
    """The key of the session tokens, the same in every service that signs or verifies."""

    secret: str = Field(min_length=32, description="a random string of 32 characters or more", repr=False)


@dataclass(frozen=True)
class Customer:
    """Who asks: a signed-in customer, and the token that says so."""

    user_id: str
    session_id: str
    token: str


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


async def _bearer(
    settings: Annotated[TokenSettings, Depends(part(TokenSettings))],
    given: Annotated[
        HTTPAuthorizationCredentials | None,
        Depends(HTTPBearer(scheme_name="bearer", bearerFormat="JWT", auto_error=False)),
    ],
) -> Customer:
    if given is None:
        raise Refusal(401, "signed_out", "a bearer token is needed")
    return verify(given.credentials, settings)


Bearer = Annotated[Customer, Depends(_bearer)]
"""The customer of a request between services."""
