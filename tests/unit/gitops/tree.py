"""Reading ``apps/`` as kustomize and Argo CD would, from its files alone."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from oneup.gitops.flux import KUSTOMIZATIONS_FOLDER
from oneup.plan import Json, JsonMap
from tests import ROOT

APPS = ROOT / "apps"
SOURCES = "shop"
"""The folder of what images are built from; the rest of ``apps/`` is manifests."""

_NAMED = ("resources", "components", "transformers", "generators", "configurations", "crds")
_GENERATED = ("configMapGenerator", "secretGenerator")


@cache
def documents(path: Path) -> tuple[JsonMap, ...]:
    """The YAML documents of a file."""
    return tuple(document for document in yaml.safe_load_all(path.read_text("utf-8")) if document)


def objects(folder: Path) -> Iterator[JsonMap]:
    """The Kubernetes objects below a folder; kustomize's own files and their patches apart."""
    patches = {
        (kustomization.parent / str(entry["path"])).resolve()
        for kustomization in folder.rglob("kustomization.yaml")
        for entry in maps(documents(kustomization)[0], "patches")
        if "path" in entry
    }
    for path in sorted(set(folder.rglob("*.yaml")) - patches):
        if path.name != "kustomization.yaml":
            yield from documents(path)


def texts(content: JsonMap, key: str) -> list[str]:
    """The texts in a list of a mapping."""
    return [item for item in cast(Sequence[Json], content.get(key) or []) if isinstance(item, str)]


def maps(content: JsonMap, key: str) -> list[JsonMap]:
    """The mappings in a list of a mapping."""
    items = cast(Sequence[Json], content.get(key) or [])
    return [cast(JsonMap, item) for item in items if isinstance(item, dict)]


def named(content: JsonMap) -> Iterator[str]:
    """The paths that a kustomization names."""
    for key in _NAMED:
        yield from texts(content, key)
    for key in ("patches", "replacements"):
        yield from (str(entry["path"]) for entry in maps(content, key) if "path" in entry)
    for key in _GENERATED:
        for entry in maps(content, key):
            files = [*texts(entry, "files"), *texts(entry, "envs")]
            yield from (file.partition("=")[2] or file for file in files)


FOLDERS = tuple(sorted(file.parts[-3] for file in APPS.glob("*/stack/stack.yaml")))
"""The overlays: one for each stack file, and for possible other stacks."""


def stack_folder(stack: str) -> Path:
    """The folder that a stack's root Application points at; it bears the stack's name."""
    return APPS / stack


def of_stack(path: str, folder: Path) -> Path:
    """Where an Application of the base points at once it follows a stack."""
    return folder / Path(path).relative_to("apps/base")


def delivered(stack: str) -> tuple[Path, ...]:
    """All files that come of a stack's folder, through kustomizations and Applications."""
    return tuple(_delivered(stack_folder(stack), stack_folder(stack), set()))


def delivered_by_flux(stack: str) -> tuple[Path, ...]:
    """The files of a stack's Kustomizations for Flux; what they point at, Argo CD delivers as well."""
    return tuple(_delivered(stack_folder(stack) / KUSTOMIZATIONS_FOLDER, stack_folder(stack), set()))


def kustomizations(stack: str) -> tuple[JsonMap, ...]:
    """Flux' Kustomizations of a stack, as the base has them."""
    found = (document for path in delivered_by_flux(stack) for document in _documents_of(path))
    return tuple(each for each in found if str(each.get("apiVersion")).startswith("kustomize.toolkit"))


def _documents_of(path: Path) -> tuple[JsonMap, ...]:
    return documents(path) if path.suffix == ".yaml" else ()


def _delivered(folder: Path, of: Path, met: set[Path]) -> Iterator[Path]:
    kustomization = folder / "kustomization.yaml"
    if folder in met:
        return
    met.add(folder)
    yield kustomization
    for name in named(documents(kustomization)[0]):
        path = (folder / name).resolve()
        yield from _delivered(path, of, met) if path.is_dir() else (path,)
        for source in _sources(path):
            yield from _delivered(of_stack(source, of), of, met)


def _sources(path: Path) -> Iterator[str]:
    """The folders that the Applications of a file point at."""
    if path.suffix != ".yaml" or not path.is_file():
        return
    for document in documents(path):
        if isinstance(document, dict) and document.get("kind") == "Application":
            spec = cast(JsonMap, document["spec"])
            given = [cast(JsonMap, spec["source"])] if "source" in spec else maps(spec, "sources")
            yield from (str(source["path"]) for source in given if "path" in source)


def applications(stack: str) -> tuple[JsonMap, ...]:
    """The Applications that a stack delivers, as its base has them."""
    return tuple(
        document
        for path in delivered(stack)
        if path.suffix == ".yaml"
        for document in documents(path)
        if isinstance(document, dict) and document.get("kind") == "Application"
    )
