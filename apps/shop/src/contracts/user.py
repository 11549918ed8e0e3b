"""Messages of the user service."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, max_length=190, pattern=r"^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$"
    ),
]
Password = Annotated[str, Field(min_length=10, max_length=128, repr=False)]


class SignUp(BaseModel):
    """A new account."""

    email: Email
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    password: Password


class SignIn(BaseModel):
    """An account's credentials."""

    email: Email
    password: Annotated[str, Field(max_length=128, repr=False)]


class UserView(BaseModel):
    """An account as its owner sees it."""

    id: str
    email: str
    name: str


class SessionView(BaseModel):
    """A session that is open."""

    id: str
    user: UserView
    expires_at: datetime


class OpenedSession(BaseModel):
    """A session that has just been opened, with the token that proves it."""

    token: str = Field(repr=False)
    session: SessionView
