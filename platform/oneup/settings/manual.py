"""The reference of all settings, in Markdown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from oneup.settings.addons.switch import Knobs
from oneup.settings.base import Section
from oneup.settings.effects import effects
from oneup.settings.parse import FOUNDATIONS
from oneup.settings.shape import fields, item_of, section_of
from oneup.settings.wording import default, kind, prose, unit

INTRODUCTION: Final = """\
# Settings

Made from the settings' own types by `make docs`; do not edit.

All that differs between stacks stands in `Pulumi.<stack>.yaml` below `config:`, each top-level key with
`oneup:` before it. The first line of a stack file names `docs/stack.schema.json`, so that an editor
completes and checks it. A rehearsal and a deployment check all of it before anything else happens, and
report every mistake at once.

- Text that looks like a number needs quotes: `version: "1.35"`, `account: "111122223333"`.
- A single text can be encrypted (`pulumi config set --secret --path 'oneup:aws.account' …`); no message
  shows it, and a rehearsal needs no passphrase. What shapes the platform, such as an address block, cannot.
- Where `environment` is `production`, what is merely unwise elsewhere is refused.
- `ONEUP_TODAY=2027-03-28 make rehearse` tells what a later day will refuse.
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


def manual() -> str:
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
    effect = prose(f"{effects(section)[own]} {_place(below)}")
    yield Row(key, kind(field), default(field), unit(key, field), effect)
    if below is not None:
        yield from rows(below, f"{key}[]." if item else f"{key}.")


def _place(section: type[Section] | None) -> str:
    """Where an addon works, and where it is on by default, unless that is everywhere."""
    if section is None or not issubclass(section, Knobs):
        return ""
    if set(section.foundations) == set(FOUNDATIONS):
        by_default = section.model_fields["enabled"].default and set(section.unasked) != set(FOUNDATIONS)
        return f"On by default only where `foundation` is `{section.unasked[0]}`." if by_default else ""
    return f"Only where `foundation` is `{'` or `'.join(section.foundations)}`: {section.reason}."


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
    """The settings that stand alone."""
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
