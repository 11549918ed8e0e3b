"""The documentation: links that lead somewhere, decisions that are listed, commands that exist."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LISTING = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"],
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
).stdout
PAGES = [ROOT / name for name in LISTING.split("\0")[:-1]]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


@EACH_PAGE
def test_every_link_leads_to_a_file(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()] == []


@EACH_PAGE
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make (?:-\S+ )*([a-z][a-z-]*)", page.read_text(), re.MULTILINE))
    assert named <= targets


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert set(LINK.findall((folder / "README.md").read_text())) == pages


def test_the_readme_fits_on_a_screen_or_so() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90


def test_renovate_sees_every_chart() -> None:
    """Its patterns find each chart that an addon names, and the CLI's version."""
    managers = json.loads((ROOT / "renovate.json").read_text())["customManagers"]
    *charts, cli = [manager["matchStrings"][0].replace("(?<", "(?P<") for manager in managers]
    sources = [path.read_text() for path in (ROOT / "platform" / "oneup" / "addons").rglob("*.py")]
    named = sum(len(re.findall(r'\bChart\(\s*"', source)) for source in sources)
    assert named
    assert sum(len(re.findall(pattern, source)) for pattern in charts for source in sources) == named
    assert re.match(cli, (ROOT / ".pulumi.version").read_text())
