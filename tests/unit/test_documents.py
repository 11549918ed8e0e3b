"""The documentation: links that lead somewhere, decisions that are listed, commands that exist."""

import re
import subprocess
from dataclasses import fields

from oneup.addonkit.addon import Addon
from tests import ROOT

LISTING = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"],
    cwd=ROOT,
    check=True,
    capture_output=True,
    text=True,
).stdout
PAGES = [ROOT / name for name in LISTING.split("\0")[:-1]]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


def test_every_link_leads_to_a_file() -> None:
    links = [(page, link) for page in PAGES for link in LINK.findall(page.read_text())]
    assert links
    assert [(page, link) for page, link in links if not (page.parent / link).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = re.compile(r"(?:`|^)make (?:-\S+ )*([a-z][a-z-]*)", re.MULTILINE)
    named = [(page, target) for page in PAGES for target in told.findall(page.read_text())]
    assert named
    assert [(page, target) for page, target in named if target not in targets] == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert set(LINK.findall((folder / "README.md").read_text())) == pages


def test_the_page_on_addons_shows_what_is_there() -> None:
    page = (ROOT / "docs" / "adding-an-addon.md").read_text("utf-8")
    folder = ROOT / "platform" / "oneup" / "settings" / "addons"
    written = "\n".join(file.read_text("utf-8") for file in sorted(folder.glob("*.py")))
    shown = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown
    assert [block for block in shown if block not in written] == []
    bases = re.findall(
        r"^class (\w+)\((?:AddonSettings|OptInAddon)\)",
        (folder / "switch.py").read_text("utf-8"),
        re.MULTILINE,
    )
    assert bases
    assert [base for base in bases if f"`{base}`" not in page] == []


def test_the_page_on_addons_names_the_fields_and_helpers_that_there_are() -> None:
    page = (ROOT / "docs" / "adding-an-addon.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE))))
    assert named
    assert named <= {field.name for field in fields(Addon)}
    kit = "\n".join(file.read_text("utf-8") for file in (ROOT / "platform/oneup/addonkit").glob("*.py"))
    called = set(re.findall(r"`([a-z_]+)\(", page)) - {"addon"}
    assert called
    assert [name for name in called if f"def {name}(" not in kit] == []
