"""Describes JSON Schema errors in one line each."""

from collections.abc import Iterator
from typing import Protocol, cast

from jsonschema import ValidationError

from oneup.plan import SECRET, UNKNOWN, Json

_LONGEST = 200


class Validator(Protocol):
    """The common interface of validators."""

    def iter_errors(self, instance: Json) -> Iterator[ValidationError]:
        """All errors."""
        ...


def described(validator: Validator, value: Json) -> Iterator[str]:
    """Each error with its path. Placeholders (secrets, unknowns) may have any type."""
    for error in sorted(validator.iter_errors(value), key=lambda error: error.json_path):
        if cast(Json, error.instance) not in (SECRET, UNKNOWN):
            yield _line(error)


def _line(error: ValidationError) -> str:
    deepest = _deepest(error)
    place = deepest.json_path.removeprefix("$").removeprefix(".")
    message = str(deepest.message)
    shown = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
    return f"{place}: {shown}" if place else shown


def _deepest(error: ValidationError) -> ValidationError:
    """Of several failed alternatives, the one with the deepest error."""
    while error.context:
        error = max(error.context, key=lambda cause: len(cause.absolute_path))
    return error
