"""Reads a YAML file that people write, within bounds: whatever its bytes are, it is read or refused in one line.

Scalars are read as Pulumi's own reader of stack files does (yaml.v3 of Go): ``yes``, dates and ``12:30`` are
text, and ``011`` is octal.
"""

import re
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

from oneup.libyaml import LOADER
from oneup.settings.errors import Problem, SettingsError, display, path
from oneup.settings.shape import Path as Key

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"

FILE: Final = "(file)"
"""Stands for a key where the file as a whole is refused."""

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 20_000
"""The values of a file, each alias counted as what it stands for."""

_BYTE_ORDER_MARKS: Final = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ufeff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that YAML does not allow."""

_PREFIX: Final = "tag:yaml.org,2002:"
_BOOL, _INT, _FLOAT, _TIME = (f"{_PREFIX}{kind}" for kind in ("bool", "int", "float", "timestamp"))
_INTEGER: Final = re.compile(r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|0[0-7_]*|[1-9][0-9_]*)$")
_NUMBER: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$|[-+]?\.(?:inf|Inf|INF)$|\.(?:nan|NaN|NAN)$"
)
_LONGEST_INTEGER: Final = 20
"""Digits; a longer one is a float, as it fits no 64 bits."""

_LONGEST_NUMBER: Final = 300
"""Characters; a longer one may be more than a float can hold."""


@dataclass(frozen=True)
class YamlFile:
    """What a file holds."""

    value: Yaml
    written: Mapping[Key, str] = field(default_factory=dict[Key, str])
    """The numbers and switches without quotes, as they stand in the file, by their keys."""

    lines: Mapping[Key, int] = field(default_factory=dict[Key, int])
    """Where each key and each item of a list stands."""


def read_yaml(file: Path, named: Callable[[Key], Key] = tuple) -> YamlFile:
    """The only document of a file; raises ``SettingsError`` for whatever cannot be read as one.

    ``named`` makes the keys of messages of those in the file.
    """
    try:
        text = _decoded(_content(file))
        _check_bounds(text)
        root = cast("yaml.Node | None", yaml.compose(text, _Loader))  # pyright: ignore[reportUnknownMemberType] - the stubs leave values untyped
    except _RefusedError as refused:
        raise SettingsError(file.name, [refused.problem]) from None
    except yaml.YAMLError as error:
        raise SettingsError(file.name, [Problem(FILE, f"is not YAML: {_yaml_error(error)}")]) from None
    if root is None:
        return YamlFile(None)
    if mistakes := list(_mistakes(root, ())):
        raise SettingsError(file.name, [Problem(path(named(key)) or FILE, text) for key, text in mistakes])
    try:
        value = cast("Yaml", _Loader("").construct_document(root))  # pyright: ignore[reportUnknownMemberType] - the stubs leave values untyped
    except yaml.YAMLError as error:
        raise SettingsError(file.name, [Problem(FILE, f"is not YAML: {_yaml_error(error)}")]) from None
    marks = list(_marks(root, (), 1))
    written = {key: text for key, _, text in marks if text is not None}
    return YamlFile(value, written, {key: line for key, line, _ in marks})


class _RefusedError(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(FILE, text)


def _content(file: Path) -> bytes:
    try:
        mode, size = file.stat().st_mode, file.stat().st_size
        if not stat.S_ISREG(mode):
            raise _RefusedError(f"is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}; give a file")
        if size > MAX_BYTES:
            raise _RefusedError(f"has {size:,} bytes; a stack file has at most {MAX_BYTES:,}")
        return file.read_bytes()
    except FileNotFoundError:
        there = (
            f"is a link to {file.readlink()}, which does not exist" if file.is_symlink() else "does not exist"
        )
        raise _RefusedError(f"{there}; create it, or name another stack") from None
    except OSError as error:
        raise _RefusedError(f"cannot be read: {(error.strerror or str(error)).lower()}") from None


def _decoded(content: bytes) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            raise _RefusedError(f"is encoded as {encoding}; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        shown = f"the byte 0x{content[error.start]:02X}"
        raise _RefusedError(f"is not UTF-8: {shown} ({_place(before)}); save it as UTF-8") from None
    if found := _FORBIDDEN.search(text):
        shown = f"the character U+{ord(found[0]):04X}"
        raise _RefusedError(f"is not YAML: {shown} ({_place(text[: found.start()])}); remove it")
    return text


def _place(before: str) -> str:
    """Where a text goes on, as people count."""
    return f"line {before.count(chr(10)) + 1}, column {len(before) - before.rfind(chr(10))}"


def _at(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _check_bounds(text: str) -> None:
    """Refuse what would take long to read, event by event: nothing is built yet."""
    bounds = _Bounds()
    documents = 0
    for event in cast("Iterator[yaml.Event]", yaml.parse(text, LOADER)):  # pyright: ignore[reportUnknownMemberType] - the stubs leave values untyped
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise _RefusedError(f"holds a second document ({_at(event.start_mark)}); keep one")
        bounds.take(event)
        if len(bounds.open) > MAX_DEPTH:
            raise _RefusedError(
                f"is nested more than {MAX_DEPTH} levels deep ({_at(event.start_mark)}); remove levels"
            )
        if bounds.values > MAX_VALUES:
            raise _RefusedError(
                f"holds more than {MAX_VALUES:,} values, with what aliases stand for "
                f"({_at(event.start_mark)}); remove some"
            )


@dataclass
class _Bounds:
    """How many values there are so far, and which are not closed yet."""

    values: int = 0
    open: list[tuple[str | None, int]] = field(default_factory=list[tuple[str | None, int]])
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    """How many values each anchor stands for."""

    def take(self, event: yaml.Event) -> None:
        """Count one event."""
        match event:
            case yaml.AliasEvent():
                if any(anchor == event.anchor for anchor, _ in self.open):
                    place = _at(event.start_mark)
                    raise _RefusedError(
                        f"has a value that contains itself, *{event.anchor} ({place}); write it out"
                    )
                self.values += self.sizes.get(event.anchor, 1)
            case yaml.ScalarEvent():
                self.values += 1
                self.sizes[event.anchor or ""] = 1
            case yaml.CollectionStartEvent():
                self.open.append((event.anchor, self.values))
                self.values += 1
            case yaml.CollectionEndEvent():
                anchor, before = self.open.pop()
                self.sizes[anchor or ""] = self.values - before
            case _:
                pass


class _Loader(LOADER):
    """Resolves scalars as Go's yaml.v3 does."""


def _resolvers() -> Iterator[tuple[str, list[tuple[str, re.Pattern[str]]]]]:
    changed = (_BOOL, _INT, _FLOAT, _TIME)
    given = cast("Mapping[str, list[tuple[str, re.Pattern[str]]]]", LOADER.yaml_implicit_resolvers)
    for first in {*given, *"+-.0123456789"}:
        kept = [
            (tag, pattern)
            for tag, pattern in given.get(first, [])
            if tag not in changed or (tag == _BOOL and first in "tTfF")
        ]
        numbers = [(_INT, _INTEGER), (_FLOAT, _NUMBER)] if first and first in "+-.0123456789" else []
        yield first, [*kept, *numbers]


_Loader.yaml_implicit_resolvers = dict(_resolvers())


def _integer(_: yaml.SafeLoader, node: yaml.ScalarNode) -> int | float:
    text = str(cast("object", node.value)).replace("_", "")
    if len(text) > _LONGEST_INTEGER:
        return float(text)
    digits = text.lstrip("+-")
    legacy_octal = len(digits) > 1 and digits.isdigit() and digits.startswith("0")
    return int(text, 8) if legacy_octal else int(text, 0)


def _float(_: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    return float(str(cast("object", node.value)).replace(".inf", "inf"))


_Loader.add_constructor(_INT, _integer)
_Loader.add_constructor(_FLOAT, _float)


def _entries(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    return cast("list[tuple[yaml.Node, yaml.Node]]", node.value)


def _mistakes(node: yaml.Node, key: Key) -> Iterator[tuple[Key, str]]:
    """What YAML allows, and a setting does not: keys given twice or that are no text, numbers without end."""
    if isinstance(node, yaml.MappingNode):
        first: dict[str, yaml.Node] = {}
        for name, value in _entries(node):
            if not isinstance(name, yaml.ScalarNode):
                yield key, f"has a key that is no text ({_at(name.start_mark)}); give it a name"
                continue
            text = str(cast("object", name.value))
            if text in first and text != "<<":
                here, there = first[text].start_mark.line + 1, name.start_mark.line + 1
                lines = f"lines {here} and {there}" if here != there else f"line {here}"
                yield (*key, text), f"is given twice ({lines}); keep one of the two"
                continue
            first[text] = name
            yield from _mistakes(value, (*key, text))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(cast("list[yaml.Node]", node.value)):
            yield from _mistakes(value, (*key, index))
    elif node.tag in (_INT, _FLOAT) and not _finite(str(cast("object", node.value))):
        yield key, f"{display(node.value)} is not a number that a setting can have; give a finite one"


def _finite(text: str) -> bool:
    return len(text) < _LONGEST_NUMBER and not text.lower().endswith((".inf", ".nan"))


def _marks(node: yaml.Node, key: Key, line: int) -> Iterator[tuple[Key, int, str | None]]:
    """The line of each key and item, and what is written there where it is a number or a switch."""
    number = isinstance(node, yaml.ScalarNode) and node.tag in (_BOOL, _INT, _FLOAT)
    yield key, line, str(cast("object", node.value)) if number else None
    if isinstance(node, yaml.MappingNode):
        for name, value in _entries(node):
            text = str(cast("object", name.value))
            yield from _marks(value, (*key, text), name.start_mark.line + 1)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(cast("list[yaml.Node]", node.value)):
            yield from _marks(value, (*key, index), value.start_mark.line + 1)


def _yaml_error(error: yaml.YAMLError) -> str:
    """What is wrong, and where: PyYAML's own text takes five lines."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return " ".join(str(error).split())
    return f"{error.problem} ({_at(error.problem_mark)})"
