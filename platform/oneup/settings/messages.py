"""Renders pydantic's errors in our own words."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from pydantic_core import ErrorDetails

from oneup.settings.base import Section
from oneup.settings.effects import descriptions
from oneup.settings.errors import PLACEHOLDER, Problem, display, path, suggestion
from oneup.settings.formats.form import FORMAT_ERROR
from oneup.settings.shape import Json, Path, Raw, annotation_at, fields, section_of, sections

_TYPE_NAMES: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
    "too_short": ("min_length", "at least", "items"),
    "too_long": ("max_length", "at most", "items"),
}


@dataclass(frozen=True)
class Rendering:
    """An error message, with its value and redacted."""

    text: str
    redacted: str


def without_value(text: str) -> Rendering:
    """A text that holds no value."""
    return Rendering(text, text)


@dataclass(frozen=True)
class ValidationFailure:
    """One of pydantic's errors, and where it is."""

    root: type[Section]
    error: ErrorDetails
    path: Path
    of_key: bool
    """Whether the last key itself is wrong, rather than its value."""

    written: str = ""
    """The value as it stands in the file, where that is known and no text."""

    @property
    def value(self) -> Json:
        """What was given."""
        return str(self.path[-1]) if self.of_key else cast("Json", self.error["input"])

    @property
    def context(self) -> Mapping[str, object]:
        """Pydantic's additional context of the error."""
        return cast("Mapping[str, object]", self.error.get("ctx", {}))


def locate(root: type[Section], raw: Raw, error: ErrorDetails) -> ValidationFailure:
    """Find where an error is: pydantic's own path also names alternatives and keys of mappings."""
    here: Json = raw
    found: list[str | int] = []
    for part in error["loc"]:
        inside = _inside(here, part)
        if inside:
            here = inside[0]
        elif error["type"] != "missing":
            continue
        found.append(part)
    return ValidationFailure(root, error, tuple(found), error["loc"][-1:] == ("[key]",))


def _inside(value: Json, part: str | int) -> tuple[Json, ...]:
    """What a value holds at one step, or nothing."""
    match value, part:
        case Mapping(), str():
            return (value[part],) if part in value else ()
        case [*items], int():
            return (items[part],)
        case _:
            return ()


def render(found: ValidationFailure) -> Problem:
    """The mistake in our own words."""
    told = _RENDERERS.get(found.error["type"], _other)(found)
    return Problem(path(found.path), told.text, told.redacted)


def _unknown(found: ValidationFailure) -> Rendering:
    *above, key = found.path
    section = section_of(annotation_at(found.root, above))
    close = suggestion(str(key), fields(section)) if section else ""
    if close:
        return without_value(f"is not a setting{close}")
    homes = [path((*place, key)) for place, home in sections(found.root) if key in fields(home)]
    if len(homes) == 1 and "*" not in homes[0]:
        return without_value(f"is not a setting here; did you mean {homes[0]}?")
    return without_value("is not a setting; remove it, or see docs/settings.md")


def _missing(found: ValidationFailure) -> Rendering:
    *above, key = found.path
    section = section_of(annotation_at(found.root, above))
    effect = descriptions(section).get(str(key), "").split(". ")[0].rstrip(".") if section else ""
    return without_value(f"is missing; give it ({_first_lower(effect)})" if effect else "is missing; give it")


def _form(found: ValidationFailure) -> Rendering:
    text, discreet = str(found.context["text"]), str(found.context["discreet"])
    value = PLACEHOLDER if found.context["hide"] else display(found.value)
    return Rendering(f"the key {value} {text}" if found.of_key else f"{value} {text}", discreet)


def _choice(found: ValidationFailure) -> Rendering:
    choices = re.findall(r"'([^']*)'", str(found.context["expected"]))
    if len(choices) == 1:
        return Rendering(f"{display(found.value)} is not {choices[0]}", f"is not {choices[0]}")
    *others, last = choices
    known = f"is not one of {', '.join(others)} and {last}"
    return Rendering(
        f"{display(found.value)} {known}{suggestion(str(found.value), choices)}", f"{PLACEHOLDER} {known}"
    )


def _wrong_type(found: ValidationFailure) -> Rendering:
    wanted = _TYPE_NAMES[found.error["type"]]
    value = found.value
    if value is None:
        return without_value(f"is empty; give {wanted}, or remove the key")
    if value == PLACEHOLDER:
        return without_value(
            f"is encrypted as a whole, and must be {wanted}; encrypt single strings in it instead"
        )
    given = json.dumps(value) if isinstance(value, str) else found.written or display(value)
    return Rendering(f"{given} is not {wanted}{_remedy(found, wanted)}", f"is not {wanted}")


def _type_of(value: Json) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a mapping" if isinstance(value, Mapping) else "a list"


def _remedy(found: ValidationFailure, wanted: str) -> str:
    value = found.value
    if wanted == "text" and isinstance(value, bool | int | float):
        return f'; put it in quotes: "{found.written or display(value)}"'
    if wanted == "a list" and not isinstance(value, Mapping):
        return f"; write [{display(value)}]"
    if isinstance(value, str) and _type_of(_unquoted(value)) == wanted.replace("whole ", ""):
        return "; remove the quotes"
    return f"; give {wanted}"


def _unquoted(text: str) -> Json:
    try:
        return cast("Json", json.loads(text.lower()))
    except json.JSONDecodeError:
        return text


def _out_of_bounds(found: ValidationFailure) -> Rendering:
    name, words, *items = _BOUNDS[found.error["type"]]
    limit = " ".join([words, str(found.context[name]), *items])
    return Rendering(
        f"{display(found.value)} is out of range; give {limit}",
        f"{PLACEHOLDER} is out of range; give {limit}",
    )


def _validator_error(found: ValidationFailure) -> Rendering:
    text = str(found.context["error"])
    return Rendering(text, f"{PLACEHOLDER} cannot be used")


def _other(found: ValidationFailure) -> Rendering:
    text = found.error["msg"].replace("Input should", "must").replace("Value should", "must")
    return Rendering(f"{display(found.value)}: {_first_lower(text)}", f"{PLACEHOLDER}: {_first_lower(text)}")


def _first_lower(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


_RENDERERS: Final[Mapping[str, Callable[[ValidationFailure], Rendering]]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "literal_error": _choice,
    "enum": _choice,
    "value_error": _validator_error,
    FORMAT_ERROR: _form,
    **dict.fromkeys(_TYPE_NAMES, _wrong_type),
    **dict.fromkeys(_BOUNDS, _out_of_bounds),
}
