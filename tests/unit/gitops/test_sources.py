"""The shop's source: everything that is named is there, and everything that is there is named.

So no file can be lost unseen. The shop's own tests say more of each, and take minutes; these read only.
"""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from tests.unit.gitops.tree import APPS, ROOT, SOURCES

SHOP: Final = APPS / SOURCES
SOURCE: Final = SHOP / "src"
PAGE: Final = SOURCE / "web"
UNTRACKED: Final = {".venv", "build", "node_modules", "__pycache__", "schema.d.ts"}
LOADED: Final = {"alembic", "migrations"}
"""Folders whose files alembic loads one by one; they are no packages."""

SERVICES: Final = ("user", "product", "order", "payment", "store-api")

BY_TOOLS: Final = {
    "README.md": "whoever comes here",
    ".dockerignore": "docker build",
    "pyproject.toml": "pytest, ruff, basedpyright, import-linter, lock.sh",
    "src/web/.gitignore": "git",
    "src/web/.npmrc": "npm",
    "src/web/.prettierignore": "prettier",
    "src/web/eslint.config.js": "eslint",
    "src/web/index.html": "vite",
    "src/web/package.json": "npm",
    "src/web/package-lock.json": "npm ci",
    "src/web/tsconfig.json": "tsc",
    "src/web/vite.config.ts": "vite, vitest",
    "src/storekit/alembic/env.py": "alembic",
    "src/storekit/__main__.py": "python -m storekit",
    "src/storekit/descriptions.py": "python -m storekit.descriptions",
    "tests/conftest.py": "pytest",
    **{f"src/{name.replace('-', '_')}/service.py": "storekit.catalogue, by name" for name in SERVICES},
    **{f"src/contracts/openapi/{name}.json": "storekit.descriptions, by name" for name in SERVICES},
}
"""Files with a name that a tool prescribes."""

BY_TEXT: Final = {
    "Makefile": (r"\./apps/shop/([\w.]+\.sh)", SHOP),
    ".github/workflows/shop.yml": (r"\./apps/shop/([\w.]+\.sh)", SHOP),
    ".gitlab-ci.yml": (r"\./apps/shop/([\w.]+\.sh)", SHOP),
    "apps/base/shop/kustomization.yaml": (r"\.\./\.\./shop/(database)$", SHOP),
    "apps/shop/database/kustomization.yaml": (r"- ([\w.]+\.sh)$", SHOP / "database"),
    "apps/shop/publish.sh": (r"^\./([\w.]+\.sh) ", SHOP),
    "apps/shop/images.sh": (r"docker build|--file (\S+)", SHOP),
    "apps/shop/test.sh": (r"([\w-]+\.lock) ", SHOP),
    "apps/shop/Dockerfile": (r"^COPY ([\w.]+) ", SHOP),
    "apps/shop/src/web/Dockerfile": (r"(?<=[ /])(serve\.sh|nginx\.conf)\b", PAGE),
    "apps/shop/src/web/index.html": (r'"/(src/[\w.]+)"', PAGE),
}
"""Where other files are named as text: how, and from where on."""


def files() -> Iterator[Path]:
    """The shop's tracked files; tools' folders are skipped."""
    for folder, folders, names in os.walk(SHOP):
        folders[:] = [each for each in folders if each not in UNTRACKED and not each.endswith("_cache")]
        yield from (Path(folder) / name for name in names if name not in UNTRACKED)


def module(name: str, base: Path) -> Path | None:
    """The file of a module of ours."""
    path = base / Path(*name.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def defined(file: Path) -> set[str]:
    """The names at a module's top."""
    found = set[str]()
    for node in parsed(file).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {
                name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
            }
    return found


def imported(file: Path) -> Iterator[tuple[str, Path | None]]:
    """Each module of ours that a module imports, and its file; none where there is none."""
    ours = {path.name: SOURCE for path in SOURCE.iterdir()} | {"running": SHOP / "tests"}
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            names = [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for name, part in names:
            base = ours.get(name.partition(".")[0])
            if base is None:
                continue
            package = module(name, base)
            yield name, package
            if part and package and part not in defined(package):
                yield f"{name}.{part}", module(f"{name}.{part}", base)


def packages(file: Path) -> Iterator[tuple[str, Path | None]]:
    """The packages that a module is in: what makes a folder one is there, or the folder is no package."""
    for folder in file.relative_to(SHOP).parents:
        ours = folder.parts[:1] == ("src",) and len(folder.parts) > 1 and folder.name not in LOADED
        if ours or folder.name == "running":
            yield f"{folder}/__init__.py", existing(SHOP / folder / "__init__.py")


def of_page(file: Path) -> Iterator[tuple[str, Path | None]]:
    """Each file that a part of the page imports."""
    for name in re.findall(r'(?:from|import|mock\() ?"(\.[^"]+)"', file.read_text("utf-8")):
        if name.endswith("/schema"):
            continue  # made of the description by the build
        path = file.parent / name
        tried = (path, path.with_name(f"{path.name}.ts"), path.with_name(f"{path.name}.tsx"))
        yield name, next((each.resolve() for each in tried if each.is_file()), None)


def as_text() -> Iterator[tuple[str, Path | None]]:
    """Each file that is named in another's text."""
    for where, (how, base) in BY_TEXT.items():
        found = re.findall(how, (ROOT / where).read_text("utf-8"), re.MULTILINE)
        assert found, where
        for name in found:
            path = base / (name or "Dockerfile")
            tried = (path, path.with_suffix(".py"), path / "kustomization.yaml")
            yield f"{where}: {path.name}", next((each for each in tried if each.is_file()), None)
    for mark in re.findall(r'href="/([\w.]+)"', (PAGE / "index.html").read_text("utf-8")):
        yield mark, PAGE / "public" / mark if (PAGE / "public" / mark).is_file() else None
    for text in (SHOP / "README.md", APPS / "base" / "shop" / "databases.yaml"):
        for command in re.findall(r"storekit\.provision\b", text.read_text("utf-8")):
            yield command, module(command, SOURCE)


def named() -> Iterator[tuple[str, Path | None]]:
    """Everything that something names, and the file where there is one."""
    yield from ((f"{tool}: {name}", existing(SHOP / name)) for name, tool in BY_TOOLS.items())
    yield from as_text()
    for file in files():
        if file.suffix == ".py":
            yield from imported(file)
            if file.name != "__init__.py":
                yield from packages(file)
        elif file.suffix in {".ts", ".tsx"}:
            yield from of_page(file)


def existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def by_itself(file: Path) -> bool:
    """Whether a file is found by its folder and form: tests by their runner, migrations by alembic."""
    return bool(re.match(r"test_.+\.py$|.+\.test\.tsx?$", file.name)) or file.parent.name == "migrations"


def test_everything_that_is_named_is_there() -> None:
    assert sorted({name for name, file in named() if file is None}) == []


def test_every_file_is_named() -> None:
    known = {file for _, file in named()}
    assert [str(each) for each in files() if each not in known and not by_itself(each)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_tables_have_migrations_numbered_from_one(service: str) -> None:
    package = SOURCE / service.replace("-", "_")
    numbers = [int(file.name.partition("_")[0]) for file in sorted((package / "migrations").glob("*.py"))]
    assert bool(numbers) == ("migrations=" in (package / "service.py").read_text("utf-8"))
    assert numbers == list(range(1, len(numbers) + 1))
