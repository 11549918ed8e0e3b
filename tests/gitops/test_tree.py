"""The tree of ``apps/``: every file is delivered by some stack, and everything that is named is there."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
import yaml

from oneup.plan import Json, JsonMap
from tests.stacks import STACKS, settings

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = "shop"
"""The folder of what images are built from; the rest of ``apps/`` is manifests."""

NAMED = ("resources", "components", "transformers", "generators", "configurations", "crds")
GENERATED = ("configMapGenerator", "secretGenerator")


def items(content: JsonMap, key: str) -> Sequence[Json]:
    return cast(Sequence[Json], content.get(key) or [])


def texts(content: JsonMap, key: str) -> list[str]:
    return [item for item in items(content, key) if isinstance(item, str)]


def maps(content: JsonMap, key: str) -> list[JsonMap]:
    return [cast(JsonMap, item) for item in items(content, key) if isinstance(item, dict)]


def named(content: JsonMap) -> Iterator[str]:
    """The paths that a kustomization names."""
    for key in NAMED:
        yield from texts(content, key)
    for key in ("patches", "replacements"):
        yield from (str(entry["path"]) for entry in maps(content, key) if "path" in entry)
    for key in GENERATED:
        for entry in maps(content, key):
            files = [*texts(entry, "files"), *texts(entry, "envs")]
            yield from (file.partition("=")[2] or file for file in files)


def delivered(folder: Path, met: set[Path]) -> Iterator[Path]:
    """All files that come of a folder, through kustomizations and Applications."""
    kustomization = folder / "kustomization.yaml"
    if folder in met:
        return
    met.add(folder)
    yield kustomization
    for name in named(yaml.safe_load(kustomization.read_text("utf-8"))):
        path = (folder / name).resolve()
        yield from delivered(path, met) if path.is_dir() else (path,)
        for source in sources(path):
            yield from delivered(ROOT / source, met)


def sources(path: Path) -> Iterator[str]:
    """The folders that the Applications of a file point at."""
    if path.suffix != ".yaml" or not path.is_file():
        return
    for document in yaml.safe_load_all(path.read_text("utf-8")):
        if document and document.get("kind") == "Application":
            spec = cast(JsonMap, document["spec"])
            given = [cast(JsonMap, spec["source"])] if "source" in spec else maps(spec, "sources")
            yield from (str(source["path"]) for source in given if "path" in source)


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_is_named_is_there(stack: str) -> None:
    found = list(delivered(ROOT / settings(stack).gitops.path, set()))
    assert len(found) > 1
    assert [str(path.relative_to(ROOT)) for path in found if not path.is_file()] == []


def test_every_file_is_delivered_by_some_stack() -> None:
    used = {path for stack in STACKS for path in delivered(ROOT / settings(stack).gitops.path, set())}
    files = [path for path in (ROOT / "apps").rglob("*") if path.is_file() and path.suffix != ".md"]
    manifests = [path for path in files if path.relative_to(ROOT).parts[1] != SOURCES]
    assert [str(path.relative_to(ROOT)) for path in manifests if path not in used] == []
