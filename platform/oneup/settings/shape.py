"""The shape of the settings: raw values as they were written, and which model stands at a key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, TypeAlias, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from oneup.settings.base import Section

Path = tuple[str | int, ...]

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
Raw: TypeAlias = Mapping[str, Json]


def leaves(value: Json) -> Iterator[str]:
    """Every scalar in a value, as text."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def alternatives(annotation: object) -> Iterator[object]:
    """The alternatives of an annotation, without ``None`` and ``Annotated``."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for arm in get_args(annotation):
            yield from alternatives(arm)
    elif annotation is not type(None):
        yield annotation


def section_of(annotation: object) -> type[Section] | None:
    """The section that an annotation names, perhaps as optional."""
    for arm in alternatives(annotation):
        if isinstance(arm, type) and issubclass(arm, Section):
            return arm
    return None


def item_of(annotation: object) -> object | None:
    """What a list or mapping holds."""
    for arm in alternatives(annotation):
        origin = get_origin(arm)
        if origin is tuple:
            return cast("object", get_args(arm)[0])
        if origin is dict:
            return cast("object", get_args(arm)[1])
    return None


def fields(section: type[Section]) -> dict[str, FieldInfo]:
    """The fields of a section by their keys in YAML."""
    return {field.alias or name: field for name, field in section.model_fields.items()}


def keys(section: type[Section]) -> dict[str, str]:
    """The names of a section's fields by their keys in YAML."""
    return {field.alias or name: name for name, field in section.model_fields.items()}


def annotation_at(root: type[Section], path: Iterable[str | int]) -> object | None:
    """The annotation that stands at a key, or None where nothing known does."""
    here: object | None = root
    for part in path:
        section = section_of(here)
        if section is not None:
            field = fields(section).get(str(part))
            here = field.annotation if field else None
        else:
            here = item_of(here)
    return here


def sections(root: type[Section], path: Path = ()) -> Iterator[tuple[Path, type[Section]]]:
    """The section and all below it, with their keys; a list's or mapping's items stand at ``*``."""
    yield path, root
    for key, field in fields(root).items():
        item = item_of(field.annotation)
        below = section_of(field.annotation) or section_of(item)
        if below is not None:
            yield from sections(below, (*path, key, "*") if item is not None else (*path, key))
