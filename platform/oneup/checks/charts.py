"""The charts' data: default values, schemas and custom kinds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, cast

from oneup import libyaml
from oneup.plan import Json, JsonMap

_BELOW: Final = "_internal_defaults_do_not_set"
"""The key under which Istio's charts have their defaults."""


def load(path: Path) -> Json:
    """The content of a YAML file."""
    return cast(Json, libyaml.load(path.read_text("utf-8")))


def mapping(value: Json) -> JsonMap:
    """The value if it is a mapping, else an empty one: charts leave out whole sections."""
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True)
class ChartData:
    """One chart at one version."""

    folder: Path
    about: JsonMap
    subcharts: "Mapping[str, ChartData]"
    """The available subcharts, by the key of their values."""

    @property
    def name(self) -> str:
        """The chart's name."""
        return str(self.about["name"])

    @cached_property
    def own(self) -> JsonMap:
        """The chart's own defaults; Istio's charts have them below one key."""
        values = mapping(load(self.folder / "values.yaml"))
        return mapping(values.get(_BELOW, values))

    @cached_property
    def defaults(self) -> JsonMap:
        """The defaults including the subcharts', merged like Helm."""
        below = {key: chart.defaults for key, chart in self.subcharts.items()}
        return merge_values(below, self.own)

    @cached_property
    def schema(self) -> JsonMap | None:
        """The chart's JSON Schema of its values; None where it has none."""
        path = self.folder / "values.schema.json"
        return cast(JsonMap, json.loads(path.read_text("utf-8"))) if path.is_file() else None


def merge_values(base: JsonMap, over: JsonMap) -> JsonMap:
    """``over`` merged into ``base`` like Helm; a null removes a key."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        if value is None and key in result:
            del result[key]
        elif isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merge_values(below, value)
        else:
            result[key] = value
    return result


class ChartLibrary:
    """The folder with the charts' data."""

    def __init__(self, folder: Path) -> None:
        """Index the charts; values and schemas are read on demand."""
        self._about = {path.parent: mapping(load(path)) for path in sorted(folder.glob("*/Chart.yaml"))}
        self._folders = {
            (str(about["name"]), str(about["version"])): path for path, about in self._about.items()
        }
        self._charts: dict[Path, ChartData] = {}
        # CRD bundles first: a chart that includes some of them may simplify them.
        files = sorted(folder.glob("*/crds.json"), key=lambda path: "-crds" not in path.parent.name)
        self._definitions = tuple(files)

    def find(self, name: str, version: str) -> ChartData | None:
        """The chart, at exactly this version."""
        folder = self._folders.get((name, version))
        return self._load(folder) if folder else None

    def versions(self, name: str) -> Sequence[str]:
        """The available versions of a chart."""
        return sorted(version for known, version in self._folders if known == name)

    @cached_property
    def kinds(self) -> Mapping[tuple[str, str], JsonMap]:
        """Custom kinds by group and kind; each with its scope and served versions."""
        kinds: dict[tuple[str, str], JsonMap] = {}
        for path in self._definitions:
            for kind in cast(Sequence[JsonMap], json.loads(path.read_text("utf-8"))):
                kinds.setdefault((str(kind["group"]), str(kind["kind"])), kind)
        return kinds

    def _load(self, folder: Path) -> ChartData:
        if folder not in self._charts:
            about = self._about[folder]
            dependencies = cast(Sequence[Mapping[str, str]], about.get("dependencies") or ())
            subcharts = {
                dependency.get("alias") or dependency["name"]: self._load(below)
                for dependency in dependencies
                if (below := self._matching(dependency["name"], dependency["version"]))
            }
            self._charts[folder] = ChartData(folder, about, subcharts)
        return self._charts[folder]

    def _matching(self, name: str, wanted: str) -> Path | None:
        """The folder of a dependency: its exact version, or for ``^1`` one of that major."""
        for version in self.versions(name):
            same_major = wanted.startswith("^") and version.split(".")[0] == wanted[1:].split(".")[0]
            if version == wanted or same_major:
                return self._folders[name, version]
        return None
