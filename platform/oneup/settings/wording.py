"""How the manual says a setting's type, default and unit."""

import json
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from types import UnionType
from typing import Annotated, Final, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oneup.settings.base import Section
from oneup.settings.formats.form import Form, Unit

NUMBERS: Final = (int, float)

_PLAIN: Final[dict[object, str]] = {
    str: "text",
    bool: "true or false",
    int: "whole number",
    float: "number",
}
_ENDINGS: Final = {
    "Days": "days",
    "Hours": "hours",
    "Minutes": "minutes",
    "Seconds": "seconds",
    "Gib": "GiB",
    "Mib": "MiB",
    "Percent": "%",
    "Replicas": "pods",
}
"""Units by the end of a key, for numbers whose type does not say."""


def kind(field: FieldInfo) -> str:
    """The type in words."""
    return _words(field.annotation, field.metadata)


def _words(annotation: object, metadata: Iterable[object] = ()) -> str:
    form = next((each for each in metadata if isinstance(each, Form)), None)
    if form:
        return form.what
    origin, inside = get_origin(annotation), cast("tuple[object, ...]", get_args(annotation))
    if origin is Annotated:
        return _words(inside[0], inside[1:])
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_words(each) for each in inside if each is not type(None)))
    if origin is Literal:
        return _either(inside)
    if origin in (tuple, frozenset):
        return f"list: {_words(inside[0])}"
    if origin is dict:
        return f"mapping: {_words(inside[0])} → {_words(inside[1])}"
    return _plain(annotation)


def _plain(annotation: object) -> str:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return "section"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _either(each.value for each in annotation)
    return next((words for plain, words in _PLAIN.items() if plain is annotation), "any value")


def _either(choices: Iterable[object]) -> str:
    return " or ".join(f"`{choice}`" for choice in choices)


def default(field: FieldInfo) -> str:
    """What holds where the setting is not given."""
    if field.is_required():
        return "required"
    value: object = field.get_default(call_default_factory=True)
    if value is None:
        return "none"
    if isinstance(value, BaseModel):
        return ""
    text = value if isinstance(value, str) and value else json.dumps(value, default=_jsonable)
    return f"`{text}`"


def _jsonable(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return sorted(cast("frozenset[str]", value))


def unit(key: str, field: FieldInfo) -> str:
    """What a number counts, be it alone, one of several, or not given."""
    named = next(_units(field.annotation, field.metadata), None)
    if named or not is_number(field):
        return named or ""
    last = re.sub(r"\W", "", key.rsplit(".", 1)[-1])
    return next((unit for end, unit in _ENDINGS.items() if last.endswith(end) or last == end.lower()), "")


def _units(annotation: object, metadata: Iterable[object] = ()) -> Iterator[str]:
    yield from (each.name for each in metadata if isinstance(each, Unit))
    inside = cast("tuple[object, ...]", get_args(annotation))
    if get_origin(annotation) is Annotated:
        yield from _units(inside[0], inside[1:])
    elif get_origin(annotation) in (Union, UnionType, tuple):
        for each in inside:
            yield from _units(each)


def is_number(field: FieldInfo) -> bool:
    """Whether the setting is a number, or several."""
    return _is_number(field.annotation)


def _is_number(annotation: object) -> bool:
    if get_origin(annotation) in (Union, UnionType, tuple, Annotated):
        return any(_is_number(each) for each in cast("tuple[object, ...]", get_args(annotation)))
    return any(annotation is each for each in NUMBERS)


def prose(docstring: str | None) -> str:
    """A docstring as one line of Markdown."""
    return re.sub(r"\s+", " ", (docstring or "").replace("``", "`")).strip()
