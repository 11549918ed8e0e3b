"""The base of every settings model: frozen, strict, camelCase in YAML, no unknown keys."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class InvalidValueError(AttributeError):
    """A check needs a value that is missing or invalid, which is already reported."""


class Section(BaseModel):
    """One mapping of a stack file."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
    )

    if not TYPE_CHECKING:  # else a type checker would accept any misspelt attribute

        def __getattr__(self, name: str) -> object:
            """Distinguish an invalid setting from an attribute that does not exist."""
            if name in type(self).model_fields:
                raise InvalidValueError(name)
            return super().__getattr__(name)
