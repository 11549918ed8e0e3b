"""The repository itself: the locks, the tree, and what must not be in either."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock")
PIN = re.compile(r"^([a-zA-Z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    """The versions of each distribution in a lock; more than one where Python's version decides."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall(lock.read_text()):
        found.setdefault(name.lower(), set()).add(version)
    return found


def direct(root: Path) -> dict[str, list[Requirement]]:
    """What ``pyproject.toml`` asks for, by the lock that must hold it."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    asked = {
        "requirements.lock": runtime,
        "requirements-dev.lock": runtime + project["project"]["optional-dependencies"]["dev"],
        "requirements-uv.lock": project["dependency-groups"]["bootstrap"],
    }
    return {lock: [Requirement(line) for line in lines] for lock, lines in asked.items()}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_what_pyproject_pins(root: Path, lock: str) -> None:
    held = pins(root / lock)
    stale = [
        str(requirement)
        for requirement in direct(root)[lock]
        if {f"=={version}" for version in held.get(requirement.name.lower(), set())}
        != {str(requirement.specifier)}
    ]
    assert not stale, f"{lock} is not what pyproject.toml says; run `make lock`"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_place_of_a_machine(root: Path, lock: str) -> None:
    text = (root / lock).read_text()
    assert not re.findall(r"://|--(?:index|extra-index|find-links)|(?:^|\s)/\w+", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_of_a_lock_is_hashed(root: Path, lock: str) -> None:
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", (root / lock).read_text())
    bare = [block.splitlines()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]
    assert not bare


def test_the_locks_agree(root: Path) -> None:
    runtime, development = pins(root / "requirements.lock"), pins(root / "requirements-dev.lock")
    assert {name: development.get(name) for name in runtime} == runtime


def test_pulumi_installs_the_lock(root: Path) -> None:
    lines = [
        line for line in (root / "requirements.txt").read_text().splitlines() if not line.startswith("#")
    ]
    assert lines == ["-r requirements.lock"]


def tracked(root: Path) -> list[str]:
    """The files that git knows, or would take up."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    return subprocess.run(listing, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")[
        :-1
    ]


def test_no_lock_of_uv_itself(root: Path) -> None:
    assert not [name for name in tracked(root) if name.endswith("uv.lock") and name not in LOCKS]


def test_platform_does_not_shadow_the_standard_library(root: Path) -> None:
    assert not (root / "platform" / "__init__.py").exists()


PROGRAM = ("settings", "foundation", "workspace", "addons", "gitops", "outputs.py", "values.py")


def imported(path: Path) -> set[str]:
    """The top-level packages that a file, or the files of a folder, import."""
    found: set[str] = set()
    for source in path.rglob("*.py") if path.is_dir() else [path]:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found


def test_pulumi_up_needs_nothing_that_only_developers_have(root: Path) -> None:
    """The program runs in an environment that ``pulumi install`` made from the runtime lock alone."""
    needed = set[str]().union(*(imported(root / "platform" / "oneup" / part) for part in PROGRAM))
    foreign = needed - set(sys.stdlib_module_names) - {"oneup"}
    held = {canonicalize_name(name) for name in pins(root / "requirements.lock")}
    distributions = packages_distributions()
    brought = {name: {canonicalize_name(each) for each in distributions[name]} for name in foreign}
    assert {name for name, holders in brought.items() if not holders & held} == set()


def test_ci_fails_where_the_charts_are_missing(root: Path) -> None:
    environment = {**os.environ, "ONEUP_CHARTS": "nowhere"}
    done = subprocess.run(
        [root / ".ci" / "run"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "ONEUP_CHARTS=nowhere" in done.stderr
    assert not done.stdout


def test_ci_runs_the_suites_of_the_makefile_and_the_fast_one_first(root: Path) -> None:
    suites = re.findall(r"^suite make (?:--\S+ )*([a-z-]+)", (root / ".ci" / "run").read_text(), re.MULTILINE)
    targets = re.findall(r"^([a-z][a-z-]*):", (root / "Makefile").read_text(), re.MULTILINE)
    assert suites[:2] == ["test", "check"]
    assert set(suites) <= set(targets)
    heavy = {"test-alerts", "test-pods", "test-reach", "test-apps", "cluster-test", "rehearse"} & set(targets)
    assert heavy <= set(suites)


def contents(root: Path) -> dict[str, bytes]:
    """Every tracked file but this one, which names what it looks for."""
    paths = {name: root / name for name in tracked(root)}
    return {
        name: path.read_bytes() for name, path in paths.items() if path.is_file() and path != Path(__file__)
    }


def test_nothing_names_a_package_index_or_somebodys_machine(root: Path) -> None:
    forbidden = re.compile(
        rb"pypi\.org|pythonhosted\.org|registry\.npmjs|proxy\.golang\.org|(/home|/Users|/root)/\w"
    )
    assert {name for name, content in contents(root).items() if forbidden.search(content)} == set()


def test_nothing_is_committed_that_nobody_can_read(root: Path) -> None:
    assert {name for name, content in contents(root).items() if b"\0" in content} == set()
