"""How the format of a single value is checked and described."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from oneup.settings.errors import PLACEHOLDER

FORMAT_ERROR: Final = "oneup_form"
"""The type of the pydantic errors raised here."""

ENCRYPTABLE: Final = "x-encryptable"
"""Marks a string schema for the schema of stack files."""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a value, with the fix; continues ``<value> …``."""

    text: str
    hide: bool = False
    """Whether the value itself must not be shown."""


@dataclass(frozen=True)
class Format:
    """An annotation for ``str``: the value must match a pattern, and pass further checks.

    In a rehearsal an encrypted value is ``[secret]``, which passes if ``encryptable``.
    """

    description: str
    """Continues ``is not …``, with an example."""

    pattern: str
    choices: frozenset[str] = frozenset()
    """The allowed values, if they are a fixed list; editors offer them."""

    correct: Callable[[str], str | None] = lambda _: None
    """The probably intended value, for one that does not match."""

    reject: Callable[[str], Complaint | None] = lambda _: None
    """Checks the value before the pattern does."""

    encryptable: bool = True

    def complaint(self, value: str) -> Complaint | None:
        """What is wrong with the value, or None."""
        if value == PLACEHOLDER:
            return (
                None
                if self.encryptable
                else Complaint("must not be encrypted, because the plan depends on it")
            )
        found = self.reject(value)
        if found or re.fullmatch(self.pattern, value):
            return found
        better = self.correct(value)
        fits = better is not None and better != value and re.fullmatch(self.pattern, better)
        return Complaint(f"is not {self.description}" + (f"; did you mean {better}?" if fits else ""))

    def _validate(self, value: str) -> str:
        found = self.complaint(value)
        if found is None:
            return value
        discreet = f"{PLACEHOLDER} {found.text if value == PLACEHOLDER else f'is not {self.description}'}"
        context = {"text": found.text, "discreet": discreet, "hide": found.hide}
        raise PydanticCustomError(FORMAT_ERROR, "{text}", context)

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the format after the type."""
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the pattern for editors, and whether the value may be encrypted."""
        fits: JsonSchemaValue = (
            {"enum": sorted(self.choices)} if self.choices else {"pattern": f"^(?:{self.pattern})$"}
        )
        return {**handler(schema), **fits, ENCRYPTABLE: self.encryptable}


@dataclass(frozen=True)
class Unit:
    """An annotation for numbers: what they count."""

    name: str
