"""Says what a JSON Schema refuses, in one line each."""

from collections.abc import Iterator
from typing import Protocol, cast

from jsonschema import ValidationError

from oneup.plan import SECRET, UNKNOWN, Json

_LONGEST = 200


class Validator(Protocol):
    """What every draft's validator can do."""

    def iter_errors(self, instance: Json) -> Iterator[ValidationError]:
        """All that is wrong."""
        ...


def described(validator: Validator, value: Json) -> Iterator[str]:
    """Each error with its place. A placeholder (a secret, something unknown) may be of any type."""
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
    """Of several alternatives that all fail, the one that came furthest."""
    while error.context:
        error = max(error.context, key=lambda cause: len(cause.absolute_path))
    return error
