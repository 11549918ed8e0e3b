"""Kubernetes objects as values: reading them, naming them, and the order in which they go in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias, cast

import yaml

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
JsonMap: TypeAlias = Mapping[str, Json]


class Identity(NamedTuple):
    """What names one object in a cluster, whatever version it is written in."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        place = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {place}"


@dataclass(frozen=True)
class Object:
    """A Kubernetes object, or a part of one; what is absent reads as empty."""

    raw: JsonMap

    def __repr__(self) -> str:
        return f"<{self.identity}>"

    def at(self, *path: str | int) -> Json:
        """The value at a path, None where there is none."""
        value: Json = self.raw
        for step in path:
            if isinstance(value, Mapping):
                value = value.get(str(step))
            elif isinstance(value, Sequence) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def text(self, *path: str | int) -> str:
        """The text or number at a path, as text."""
        value = self.at(*path)
        return "" if value is None or isinstance(value, Mapping) else str(value)

    def number(self, *path: str | int) -> int:
        """The integer at a path, 0 where there is none."""
        value = self.at(*path)
        return value if isinstance(value, int) else 0

    def map(self, *path: str | int) -> JsonMap:
        """The map at a path."""
        value = self.at(*path)
        return value if isinstance(value, Mapping) else {}

    def each(self, *path: str | int) -> tuple["Object", ...]:
        """The maps in the list at a path."""
        value = self.at(*path)
        if not isinstance(value, Sequence) or isinstance(value, str):
            return ()
        return tuple(Object(item) for item in value if isinstance(item, Mapping))

    def texts(self, *path: str | int) -> tuple[str, ...]:
        """The texts in the list at a path."""
        value = self.at(*path)
        if not isinstance(value, Sequence) or isinstance(value, str):
            return ()
        return tuple(item for item in value if isinstance(item, str))

    @property
    def api_version(self) -> str:
        """Such as ``apps/v1``."""
        return self.text("apiVersion")

    @property
    def group(self) -> str:
        """The API group, empty for the core."""
        return self.api_version.rpartition("/")[0]

    @property
    def kind(self) -> str:
        """Such as ``Deployment``."""
        return self.text("kind")

    @property
    def name(self) -> str:
        """The name in its namespace."""
        return self.text("metadata", "name")

    @property
    def namespace(self) -> str:
        """The namespace, empty for what has none."""
        return self.text("metadata", "namespace")

    @property
    def identity(self) -> Identity:
        """What names it."""
        return Identity(self.group, self.kind, self.namespace, self.name)

    def condition(self, kind: str) -> "Object":
        """The status condition of a type, empty where there is none."""
        found = [each for each in self.each("status", "conditions") if each.text("type") == kind]
        return found[0] if found else Object({})

    def having(self, **parts: Json) -> "Object":
        """The same object with top-level parts replaced."""
        return Object({**self.raw, **parts})


def descendants(of: Iterable[Identity], among: Mapping[Identity, Object]) -> set[Identity]:
    """The objects that some others own, and what those own in turn, such as the pods of a CronJob's job."""
    owners = {among[key].text("metadata", "uid") for key in of if key in among}
    found: set[Identity] = set()
    while owners:
        owned = {
            key: each
            for key, each in among.items()
            if key not in found
            and owners & {owner.text("uid") for owner in each.each("metadata", "ownerReferences")}
        }
        found.update(owned)
        owners = {each.text("metadata", "uid") for each in owned.values()}
    return found


FIRST = (
    "Namespace",
    "CustomResourceDefinition",
    "PriorityClass",
    "StorageClass",
    "ServiceAccount",
    "AppProject",
)
"""Kinds that others are refused without, in the order in which they go in."""


def by_need(objects: Iterable[Object]) -> tuple[Object, ...]:
    """Sort objects so that each comes after those that the API server wants first."""

    def rank(each: Object) -> int:
        return FIRST.index(each.kind) if each.kind in FIRST else len(FIRST)

    return tuple(sorted(objects, key=lambda each: (rank(each), each.identity)))


def parse(text: str) -> tuple[Object, ...]:
    """The objects of a YAML stream; lists are taken apart."""
    found: list[Object] = []
    for document in yaml.safe_load_all(text):
        if document is None:
            continue
        whole = Object(cast(JsonMap, document))
        found.extend(whole.each("items") if whole.kind.endswith("List") else (whole,))
    return tuple(found)


def read(folder: Path) -> tuple[Object, ...]:
    """All objects in the YAML files of a folder, by file name."""
    return tuple(each for file in sorted(folder.rglob("*.yaml")) for each in parse(file.read_text()))
