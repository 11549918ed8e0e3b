"""An HTTP operation is a value: where it lives, what it takes, what it may answer, and what it does.

The routes and the OpenAPI description are both made from these values, so they cannot disagree.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

Method = Literal["GET", "POST", "PUT", "DELETE"]
Place = Literal["path", "query", "header", "cookie"]


class Nothing(BaseModel):
    """The body of an operation that takes or gives none."""


Body = TypeVar("Body", bound=BaseModel)


@dataclass(frozen=True)
class Parameter:
    """A value beside the body, and the pattern that it must match as a whole."""

    name: str
    place: Place
    pattern: str
    about: str
    required: bool = True

    def accepts(self, value: str) -> bool:
        """Whether `value` matches the pattern."""
        return re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True)
class Customer:
    """Who asks: a signed-in customer, and the token that says so."""

    user_id: str
    session_id: str
    token: str


@dataclass(frozen=True)
class Call(Generic[Body]):
    """One request, parsed and checked."""

    body: Body
    parameters: Mapping[str, str]
    who: Customer | None

    @property
    def customer(self) -> Customer:
        """The signed-in customer of a secured operation."""
        if self.who is None:
            raise TypeError("only a secured operation has a customer")
        return self.who


@dataclass(frozen=True)
class Cookie:
    """A cookie to set; an empty value removes it."""

    name: str
    value: str
    max_age_seconds: int
    secure: bool


@dataclass(frozen=True)
class Reply:
    """What the caller gets."""

    status: int
    body: BaseModel | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operation(Generic[Body]):
    """One operation of a service. `replies` names the body's model of every status that `run` may give."""

    name: str
    method: Method
    path: str
    about: str
    body: type[Body]
    run: Callable[[Call[Body]], Reply]
    replies: Mapping[int, type[BaseModel]]
    parameters: tuple[Parameter, ...] = ()
    secured: bool = False

    def answer(self, call: Call[BaseModel]) -> Reply:
        """Run the operation and hold its reply against what it declares."""
        if not isinstance(call.body, self.body):
            raise TypeError(f"{self.name} takes {self.body.__name__}, not {type(call.body).__name__}")
        reply = self.run(Call(call.body, call.parameters, call.who))
        declared = self.replies.get(reply.status)
        given = Nothing if reply.body is None else type(reply.body)
        if declared is not given:
            raise TypeError(f"{self.name} does not declare its answer {reply.status} {given.__name__}")
        return reply


class Endpoint(Protocol):
    """An operation whose body's type does not matter."""

    @property
    def name(self) -> str:
        """The operation's id."""
        ...

    @property
    def method(self) -> Method:
        """The HTTP method."""
        ...

    @property
    def path(self) -> str:
        """The path, with its parameters in braces."""
        ...

    @property
    def about(self) -> str:
        """One sentence on what it does."""
        ...

    @property
    def body(self) -> type[BaseModel]:
        """The model of the request's body."""
        ...

    @property
    def replies(self) -> Mapping[int, type[BaseModel]]:
        """The model of the body of each status."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The values beside the body."""
        ...

    @property
    def secured(self) -> bool:
        """Whether a signed-in customer is needed."""
        ...

    def answer(self, call: Call[BaseModel]) -> Reply:
        """Run it."""
        ...
