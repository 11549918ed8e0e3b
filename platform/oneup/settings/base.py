"""The base of every settings model: frozen, strict, camelCase in YAML, nothing unknown."""

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class RefusedError(AttributeError):
    """A value was asked for that is missing or wrong, which has been reported already."""


class Section(BaseModel):
    """One mapping of a stack file."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=to_camel,
    )

    if not TYPE_CHECKING:  # a type checker would otherwise take any misspelt attribute for a known one

        def __getattr__(self, name: str) -> object:
            """Tell a setting that a draft lacks from an attribute that does not exist."""
            if name in type(self).model_fields:
                raise RefusedError(name)
            return super().__getattr__(name)
