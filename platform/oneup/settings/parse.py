"""Turns raw configuration into settings, or into one message that lists every mistake."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from oneup.settings.errors import Problem, SettingsError
from oneup.settings.model import Settings

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

_SETTINGS: Final[TypeAdapter[Settings]] = TypeAdapter(Annotated[Settings, Field(discriminator="foundation")])


def parse(stack: str, raw: Mapping[str, Json], secret_keys: frozenset[str] = frozenset()) -> Settings:
    """Validate the settings of one stack, given by their keys without ``oneup:``.

    ``secret_keys`` are those whose values no message may hold. Raises ``SettingsError``.
    """
    try:
        return _SETTINGS.validate_json(json.dumps(raw), context={"stack": stack})
    except ValidationError as error:
        problems = [
            Problem(
                ".".join(str(part) for part in details["loc"][1:]),
                "[secret]" if secret_keys.intersection(map(str, details["loc"])) else details["msg"],
            )
            for details in error.errors(include_url=False, include_input=False)
        ]
        raise SettingsError(f"Pulumi.{stack}.yaml", problems) from None
