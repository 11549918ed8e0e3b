"""Settings that had another name: stack files with the old name are read for one version, with a warning."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oneup.settings.base import Section
from oneup.settings.errors import Problem, path
from oneup.settings.shape import Json, Path, Raw, fields, item_of, section_of


@dataclass(frozen=True)
class RenamedFrom:
    """An annotation for a setting: the key that it had before."""

    old: str
    since: str
    """The version (major and minor) in which it was renamed; the next minor version does not read the old key."""

    @property
    def removed_in(self) -> str:
        """The version that does not read the old key."""
        major, minor = self.since.split(".")
        return f"{major}.{int(minor) + 1}"


def old_keys(section: type[Section]) -> Mapping[str, tuple[str, RenamedFrom]]:
    """The old keys of a section's own settings, each with the current key."""
    return {
        note.old: (key, note)
        for key, info in fields(section).items()
        for note in info.metadata
        if isinstance(note, RenamedFrom)
    }


@dataclass(frozen=True)
class Rename:
    """A setting that is given by its old key."""

    written: Path
    current: Path
    removed_in: str

    def warning(self, stack: str) -> Problem:
        """Asks to rename it in the stack file."""
        text = (
            f"is now called {path(self.current)}; rename it in Pulumi.{stack}.yaml: "
            f"oneup {self.removed_in} does not read the old name"
        )
        return Problem(path(self.written), text, text)


@dataclass
class Migration:
    """Raw settings by their current keys, and what was renamed for it."""

    raw: Raw
    renames: tuple[Rename, ...]
    conflicts: tuple[Problem, ...]
    """Settings that are given by both keys; the current one is kept."""

    def as_written(self, problem: Problem) -> Problem:
        """The problem with a word about the old key, if the stack file has that."""
        for one in reversed(self.renames):
            current = path(one.current)
            if problem.key == current or problem.key.startswith((f"{current}.", f"{current}[")):
                note = f" (in the stack file it still has its old name, {path(one.written)})"
                return Problem(problem.key, problem.text + note, problem.redacted + note)
        return problem


@dataclass
class _Walk:
    renames: list[Rename] = field(default_factory=list[Rename])
    conflicts: list[Problem] = field(default_factory=list[Problem])

    def section(self, section: type[Section], raw: Raw, written: Path, current: Path) -> Raw:
        renamed, known = old_keys(section), fields(section)
        kept: dict[str, Json] = {}
        for key, value in raw.items():
            name, note = renamed.get(key, (key, None))
            here, there = (*written, key), (*current, name)
            if note and name in raw:
                text = f"is the old name of {path(there)}, and both are given; remove {path(here)}"
                self.conflicts.append(Problem(path(here), text, text))
                continue
            if note:
                self.renames.append(Rename(here, there, note.removed_in))
            kept[name] = self.value(known[name].annotation, value, here, there) if name in known else value
        return kept

    def value(self, annotation: object, raw: Json, written: Path, current: Path) -> Json:
        section, item = section_of(annotation), section_of(item_of(annotation))
        if section and isinstance(raw, Mapping):
            return self.section(section, raw, written, current)
        if item and isinstance(raw, Mapping):
            return {
                key: self.value(item, each, (*written, key), (*current, key)) for key, each in raw.items()
            }
        if item and isinstance(raw, Sequence) and not isinstance(raw, str):
            return [
                self.value(item, each, (*written, index), (*current, index)) for index, each in enumerate(raw)
            ]
        return raw


def migrate(section: type[Section], raw: Raw) -> Migration:
    """Raw settings by their current keys."""
    walk = _Walk()
    migrated = walk.section(section, raw, (), ())
    return Migration(migrated, tuple(walk.renames), tuple(walk.conflicts))


def with_current_keys(section: type[Section], keys: Iterable[str]) -> Iterator[str]:
    """The keys at the top of a stack file, and the current ones of those that are old."""
    renamed = old_keys(section)
    for key in keys:
        yield key
        if key in renamed:
            yield renamed[key][0]
