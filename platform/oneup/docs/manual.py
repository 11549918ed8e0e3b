"""The reference of all settings, in Markdown."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from types import UnionType
from typing import Annotated, Final, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from oneup.settings.addons.switch import AddonSettings
from oneup.settings.base import Section
from oneup.settings.effects import descriptions
from oneup.settings.formats.form import Format, Unit
from oneup.settings.parse import FOUNDATIONS
from oneup.settings.shape import fields, item_of, section_of

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


def type_in_words(field: FieldInfo) -> str:
    """The type in words."""
    return _words(field.annotation, field.metadata)


def _words(annotation: object, metadata: Iterable[object] = ()) -> str:
    form = next((each for each in metadata if isinstance(each, Format)), None)
    if form:
        return form.description
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


def default_in_words(field: FieldInfo) -> str:
    """The default value, as the reference shows it."""
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


def unit_in_words(key: str, field: FieldInfo) -> str:
    """The unit of a number, or of a list or optional number."""
    named = next(_units(field.annotation, field.metadata), None)
    if named or not is_number(field):
        return named or ""
    last = re.sub(r"\W", "", key.rsplit(".", 1)[-1])
    return next(
        (
            unit_in_words
            for end, unit_in_words in _ENDINGS.items()
            if last.endswith(end) or last == end.lower()
        ),
        "",
    )


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


def to_markdown(docstring: str | None) -> str:
    """A docstring as one line of Markdown."""
    return re.sub(r"\s+", " ", (docstring or "").replace("``", "`")).strip()


INTRODUCTION: Final = """\
# Settings

Generated from the settings' types by `make docs`; do not edit.

Everything that differs between stacks is in `Pulumi.<stack>.yaml` below `config:`, each top-level key with
`oneup:` before it. The first line of a stack file names `docs/stack.schema.json`, so that an editor
completes and validates it. A rehearsal and a deployment validate the whole file first, and
report every problem at once.

- Text that looks like a number needs quotes: `version: "1.35"`, `account: "111122223333"`.
- A single text can be encrypted (`pulumi config set --secret --path 'oneup:aws.account' …`); no message
  shows it, and a rehearsal needs no passphrase. A value that the plan depends on, such as a CIDR block, cannot.
- With `environment: production`, some warnings are errors.
- `ONEUP_TODAY=2027-03-28 make rehearse` shows what will be an error on a later date.
"""

ORDER: Final = (
    "foundation",
    "environment",
    "availability",
    "aws",
    "network",
    "cluster",
    "nodeGroups",
    "existing",
)
"""These first; the others follow as the model has them."""


TABLE: Final = ("| setting | type | default | unit | effect |", "| --- | --- | --- | --- | --- |")


@dataclass(frozen=True)
class Row:
    """One setting."""

    key: str
    type: str
    default: str
    unit: str
    effect: str

    def __str__(self) -> str:
        """The row of a table."""
        cells = (f"`{self.key}`", self.type, self.default, self.unit, self.effect)
        return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def settings_reference() -> str:
    """The whole text."""
    return "\n".join([INTRODUCTION, *_stack(), *(line for key in _top_level() for line in _chapter(key))])


def rows(section: type[Section], prefix: str = "") -> Iterator[Row]:
    """A row for each setting of a section and of those below it."""
    for key in fields(section):
        yield from _rows(section, key, prefix)


def _rows(section: type[Section], own: str, prefix: str = "") -> Iterator[Row]:
    field, key = fields(section)[own], f"{prefix}{own}"
    item = section_of(item_of(field.annotation))
    below = section_of(field.annotation) or item
    effect = to_markdown(f"{descriptions(section)[own]} {_addon_availability(below)}")
    yield Row(key, type_in_words(field), default_in_words(field), unit_in_words(key, field), effect)
    if below is not None:
        yield from rows(below, f"{key}[]." if item else f"{key}.")


def _addon_availability(section: type[Section] | None) -> str:
    """Where an addon works, and where it is on by default, unless that is everywhere."""
    if section is None or not issubclass(section, AddonSettings):
        return ""
    if set(section.supported_foundations) == set(FOUNDATIONS):
        by_default = section.model_fields["enabled"].default and set(section.on_by_default_for) != set(
            FOUNDATIONS
        )
        return (
            f"On by default only where `foundation` is `{section.on_by_default_for[0]}`."
            if by_default
            else ""
        )
    return f"Only where `foundation` is `{'` or `'.join(section.supported_foundations)}`: {section.unsupported_reason}."


def _top_level() -> list[str]:
    """The keys that hold sections, in the order of the manual."""
    known = list(dict.fromkeys(key for model in FOUNDATIONS.values() for key in fields(model)))
    places = {key: place for place, key in enumerate((*ORDER, *(key for key in known if key not in ORDER)))}
    return sorted(known, key=lambda key: places[key])


def _is_plain(section: type[Section], key: str) -> bool:
    field = fields(section)[key]
    return section_of(field.annotation) is None and section_of(item_of(field.annotation)) is None


def _holders(key: str) -> dict[str, type[Section]]:
    """The foundations that know a key, each with its settings."""
    return {name: model for name, model in FOUNDATIONS.items() if key in fields(model)}


def _stack() -> Iterator[str]:
    """The settings outside sections."""
    yield from ("## The stack", "", *TABLE)
    for key in _top_level():
        held = _holders(key)
        if all(_is_plain(model, key) for model in held.values()):
            found = [row for model in held.values() for row in _rows(model, key)]
            kinds = " or ".join(dict.fromkeys(row.type for row in found))
            yield str(replace(found[0], type=kinds))
    yield ""


def _chapter(key: str) -> Iterator[str]:
    """The settings below one key."""
    held = _holders(key)
    model = next(iter(held.values()))
    if _is_plain(model, key):
        return
    first, *rest = _rows(model, key)
    only = f" Only where `foundation` is `{next(iter(held))}`." if len(held) < len(FOUNDATIONS) else ""
    needed = " Required." if fields(model)[key].is_required() else ""
    yield from (f"## {key}", "", f"{first.effect}{only}{needed}", "", *TABLE)
    yield from map(str, rest)
    yield ""
