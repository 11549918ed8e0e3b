"""How things are named, wherever a name is a parameter."""

from typing import Annotated

from fastapi import Cookie, Path, Query
from pydantic import (
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
)

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SLUG = "[a-z0-9]+(-[a-z0-9]+){0,8}"
CART_COOKIE = "cart"


def _usable(value: object, check: ValidatorFunctionWrapHandler) -> object:
    # A cookie is not of the visitor's making, so one that cannot be used must not lock them out.
    try:
        return check(value)
    except ValidationError:
        return None


OrderId = Annotated[str, Path(pattern=f"^{UUID}$", description="an order")]
ProductId = Annotated[str, Path(pattern=f"^{SLUG}$", description="a product")]
SessionId = Annotated[str, Path(pattern=f"^{UUID}$", description="a session")]
CartId = Annotated[str, Path(pattern=f"^{UUID}$", description="a cart: whoever knows its id holds it")]
Category = Annotated[str | None, Query(pattern="^[a-z]{1,20}$", description="only products of this category")]
Search = Annotated[
    str | None,
    Query(pattern=r"^[^\x00-\x1f]{1,60}$", description="only products whose name or text has it"),
]
VisitorsCart = Annotated[
    Annotated[str, StringConstraints(pattern=f"^{UUID}$")] | None,
    WrapValidator(_usable),
    WithJsonSchema({}),
    Cookie(alias=CART_COOKIE, description="the visitor's cart: whoever knows its id holds it"),
]
