"""How a single value's form is checked and described."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from oneup.settings.errors import PLACEHOLDER

BROKEN_FORM: Final = "oneup_form"
"""The type of the pydantic errors raised here."""

ENCRYPTABLE: Final = "x-encryptable"
"""Marks a schema of text on its way to the schema of stack files."""


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a value, continuing ``<value> …``, with the fix."""

    text: str
    hide: bool = False
    """Whether the value itself must not be shown."""


@dataclass(frozen=True)
class Form:
    """An annotation for ``str``: the value must fit a pattern, and perhaps more.

    A rehearsal sees ``[secret]`` in place of an encrypted value; it passes where ``encryptable``.
    """

    what: str
    """Continues ``is not …``, with an example."""

    pattern: str
    choices: frozenset[str] = frozenset()
    """All that is allowed, where that is a list; an editor offers it."""

    suggest: Callable[[str], str | None] = lambda _: None
    """What a value that does not fit may have been meant to be."""

    refuse: Callable[[str], Complaint | None] = lambda _: None
    """What is wrong beyond the pattern; it sees the value before the pattern does."""

    encryptable: bool = True

    def complaint(self, value: str) -> Complaint | None:
        """What is wrong with the value, or None."""
        if value == PLACEHOLDER:
            return None if self.encryptable else Complaint("shapes the platform; do not encrypt it")
        found = self.refuse(value)
        if found or re.fullmatch(self.pattern, value):
            return found
        better = self.suggest(value)
        fits = better is not None and better != value and re.fullmatch(self.pattern, better)
        return Complaint(f"is not {self.what}" + (f"; did you mean {better}?" if fits else ""))

    def _validate(self, value: str) -> str:
        found = self.complaint(value)
        if found is None:
            return value
        discreet = f"{PLACEHOLDER} {found.text if value == PLACEHOLDER else f'is not {self.what}'}"
        context = {"text": found.text, "discreet": discreet, "hide": found.hide}
        raise PydanticCustomError(BROKEN_FORM, "{text}", context)

    def __get_pydantic_core_schema__(self, source: type, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the form after the type."""
        return core_schema.no_info_after_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell editors what fits, and the schema of stack files whether the value may be encrypted."""
        fits: JsonSchemaValue = (
            {"enum": sorted(self.choices)} if self.choices else {"pattern": f"^(?:{self.pattern})$"}
        )
        return {**handler(schema), **fits, ENCRYPTABLE: self.encryptable}


@dataclass(frozen=True)
class Unit:
    """An annotation for numbers: what they count."""

    name: str
