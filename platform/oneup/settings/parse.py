"""Turns raw configuration into settings, or into one message that lists every problem."""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Annotated, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from oneup.settings.base import Section
from oneup.settings.checks import find_errors, find_warnings
from oneup.settings.errors import NO_MARKS, Marks, Problem, SettingsError, display, join_names, suggestion
from oneup.settings.messages import ValidationFailure, locate, render
from oneup.settings.model import AwsSettings, ExistingSettings, Settings
from oneup.settings.shape import Json, Path, Raw, fields, item_of, leaves, section_of


@dataclass(frozen=True)
class Redaction:
    """What messages must not show: all values below some top-level keys, wherever they occur."""

    keys: frozenset[str]
    texts: frozenset[str]

    @classmethod
    def over(cls, raw: Raw, keys: frozenset[str]) -> "Redaction":
        """Keep the values of these keys secret."""
        return cls(keys, frozenset(text for key in keys & set(raw) for text in leaves(raw[key]) if text))

    def kept(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The problems, redacted where they would show an encrypted value."""
        for one in problems:
            telling = top_level_key(one.key) in self.keys or any(text in one.text for text in self.texts)
            yield Problem(one.key, one.redacted, one.redacted) if telling else one


def top_level_key(key: str) -> str:
    """The first part of a key as it is written in messages."""
    return re.split(r"[.\[]", key, maxsplit=1)[0]


S = TypeVar("S", bound=Section)

_WHOLE_SECTION: Path = ()


def partial_settings(section: type[S], raw: Json, refused: frozenset[Path]) -> S:
    """The section without its invalid values: reading one raises ``RefusedError``."""
    known = fields(section)
    given: Mapping[str, Json] = raw if isinstance(raw, Mapping) else {}
    below = {key: _below(refused, key) for key in known}
    lost = {
        key
        for key, field in known.items()
        if not isinstance(raw, Mapping)
        or _WHOLE_SECTION in below[key]
        or (below[key] and not _holds_sections(field))
    }
    kept = {
        key: _draft_value(known[key], given[key], below[key])
        for key in known
        if key in given and key not in lost
    }
    made = section.model_construct(None, **kept)
    for name, each in section.model_fields.items():
        if (each.alias or name) in lost:
            _remove_default(made, name)
    return made


def _remove_default(section: Section, name: str) -> None:
    """Remove a default that replaced an invalid value; the section itself is frozen."""
    if name in vars(section):
        object.__delattr__(section, name)


def _below(refused: frozenset[Path], key: str | int) -> frozenset[Path]:
    return frozenset(path[1:] for path in refused if path and path[0] == key)


def _item_section(field: FieldInfo) -> type[Section] | None:
    return section_of(item_of(field.annotation))


def _holds_sections(field: FieldInfo) -> bool:
    return section_of(field.annotation) is not None or _item_section(field) is not None


def _draft_value(field: FieldInfo, raw: Json, refused: frozenset[Path]) -> object:
    section = section_of(field.annotation)
    item = _item_section(field)
    if section is not None and isinstance(raw, Mapping):
        return partial_settings(section, raw, refused)
    if item is not None and isinstance(raw, Sequence) and not isinstance(raw, str):
        return tuple(partial_settings(item, each, _below(refused, index)) for index, each in enumerate(raw))
    if item is not None and isinstance(raw, Mapping):
        return {key: partial_settings(item, each, _below(refused, key)) for key, each in raw.items()}
    whole = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(cast("type[object]", whole)).validate_json(json.dumps(raw), strict=True)


Model = type[AwsSettings] | type[ExistingSettings]

FOUNDATIONS: Final[dict[str, Model]] = {"aws": AwsSettings, "existing": ExistingSettings}


@dataclass(frozen=True)
class Source:
    """What is known of raw settings beside their values."""

    secret_keys: frozenset[str] = frozenset()
    """The top-level keys of which no message may show a value."""

    marks: Marks = NO_MARKS


NO_SOURCE: Final = Source()


def parse(stack: str, raw: Raw, source: Source = NO_SOURCE, today: date | None = None) -> Settings:
    """Validate the settings of one stack, given by their keys without ``oneup:``.

    ``today`` decides which Kubernetes versions are supported. Raises ``SettingsError``, which lists every
    mistake.
    """
    found: list[Problem] = []
    foundation = str(raw.get("foundation"))
    if foundation not in FOUNDATIONS:
        found.append(_no_foundation(raw))
        foundation = "existing" if "existing" in raw else "aws"
    model, whole = FOUNDATIONS[foundation], {**raw, "foundation": foundation}
    settings: Settings
    try:
        settings = model.model_validate_json(json.dumps(whole), context={"stack": stack})
    except ValidationError as error:
        mistakes = [locate(model, whole, each) for each in error.errors(include_url=False)]
        mistakes = [replace(each, written=source.marks.written.get(each.path, "")) for each in mistakes]
        found += [_problem(each, foundation) for each in mistakes]
        settings = partial_settings(model, whole, frozenset(each.path for each in mistakes))
        settings.model_post_init({"stack": stack})
    found += find_errors(settings, today or _today())
    if found:
        told = Redaction.over(raw, source.secret_keys).kept(found)
        raise SettingsError(f"Pulumi.{stack}.yaml", _in_order(told, model), source.marks.lines)
    return settings


def warnings(settings: Settings, today: date | None = None) -> tuple[Problem, ...]:
    """The warnings about valid settings; as a string each is ``key: text``."""
    return tuple(find_warnings(settings, today or _today()))


def _today() -> date:
    """Today's date, or ``ONEUP_TODAY`` (2027-03-28), to see problems of a later date."""
    given = os.environ.get("ONEUP_TODAY")
    return date.fromisoformat(given) if given else datetime.now(UTC).date()


def _no_foundation(raw: Raw) -> Problem:
    known = join_names(FOUNDATIONS).replace(" and ", " or ")
    if "foundation" not in raw:
        return Problem("foundation", f"is missing; give {known}")
    given = raw["foundation"]
    text = f"is not a foundation; give {known}"
    return Problem("foundation", f"{display(given)} {text}{suggestion(str(given), FOUNDATIONS)}", text)


def _problem(found: ValidationFailure, foundation: str) -> Problem:
    key = str(found.path[0])
    homes = [name for name, model in FOUNDATIONS.items() if key in fields(model)]
    if found.error["type"] == "extra_forbidden" and len(found.path) == 1 and homes:
        text = f"is only supported with foundation: {homes[0]}, and this stack's is {foundation}; remove it"
        return Problem(key, text, text)
    return render(found)


def _in_order(problems: Iterable[Problem], model: Model) -> list[Problem]:
    """In the order of the sections, as the documentation has them."""
    places = {key: place for place, key in enumerate(fields(model))}
    return sorted(problems, key=lambda each: places.get(top_level_key(each.key), -1))
