"""Settings of which some values are refused: enough for all that can still be checked."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, TypeVar, cast

from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from oneup.settings.base import Section
from oneup.settings.raw import Json
from oneup.settings.shape import Path, fields, item_of, section_of

S = TypeVar("S", bound=Section)

_WHOLE: Path = ()


def draft(section: type[S], raw: Json, refused: frozenset[Path]) -> S:
    """The section without what is refused: asking for such a value raises ``RefusedError``."""
    known = fields(section)
    given: Mapping[str, Json] = raw if isinstance(raw, Mapping) else {}
    below = {key: _below(refused, key) for key in known}
    lost = {
        key
        for key, field in known.items()
        if not isinstance(raw, Mapping) or _WHOLE in below[key] or (below[key] and not _holds_sections(field))
    }
    kept = {
        key: _value(known[key], given[key], below[key]) for key in known if key in given and key not in lost
    }
    made = section.model_construct(None, **kept)
    for name, field in section.model_fields.items():
        if (field.alias or name) in lost:
            _forget(made, name)
    return made


def _forget(section: Section, name: str) -> None:
    """Take away a default that stands in for a refused value; the section itself is frozen."""
    if name in vars(section):
        object.__delattr__(section, name)


def _below(refused: frozenset[Path], key: str | int) -> frozenset[Path]:
    return frozenset(path[1:] for path in refused if path and path[0] == key)


def _item_section(field: FieldInfo) -> type[Section] | None:
    return section_of(item_of(field.annotation))


def _holds_sections(field: FieldInfo) -> bool:
    return section_of(field.annotation) is not None or _item_section(field) is not None


def _value(field: FieldInfo, raw: Json, refused: frozenset[Path]) -> object:
    section = section_of(field.annotation)
    item = _item_section(field)
    if section is not None and isinstance(raw, Mapping):
        return draft(section, raw, refused)
    if item is not None and isinstance(raw, Sequence) and not isinstance(raw, str):
        return tuple(draft(item, each, _below(refused, index)) for index, each in enumerate(raw))
    if item is not None and isinstance(raw, Mapping):
        return {key: draft(item, each, _below(refused, key)) for key, each in raw.items()}
    whole = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(cast("type[object]", whole)).validate_json(json.dumps(raw), strict=True)
