"""The page on architecture: pictures that can be drawn, addons and layers that exist."""

import re
import tomllib

import pytest

from oneup.settings.addons import Addons
from tests import ROOT

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PICTURES = re.findall(r"^```mermaid\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EACH_PICTURE = pytest.mark.parametrize("picture", PICTURES)
PAIRS = {"[": "]", "(": ")", "{": "}"}


def unbalanced(line: str) -> list[str]:
    """Brackets of one line that are opened and not closed, or the other way round."""
    ahead: list[str] = []
    for letter in re.sub(r'"[^"]*"', "", line):
        if letter in PAIRS:
            ahead.append(PAIRS[letter])
        elif letter in PAIRS.values() and (not ahead or ahead.pop() != letter):
            return [letter]
    return ahead


def test_the_readme_leads_here() -> None:
    assert "(docs/architecture.md)" in (ROOT / "README.md").read_text("utf-8")


def test_every_fence_is_closed() -> None:
    fences = re.findall(r"^```(\w*)$", PAGE, re.MULTILINE)
    assert fences == ["mermaid", ""] * len(PICTURES)


@pytest.mark.parametrize("flow", ["request", "metric", "log line", "secret", "commit"])
def test_each_flow_has_its_picture(flow: str) -> None:
    (chapter,) = re.findall(rf"^## A {flow}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert "```mermaid\n" in chapter


@EACH_PICTURE
def test_a_picture_names_its_kind_and_closes_what_it_opens(picture: str) -> None:
    first, *lines = picture.splitlines()
    assert re.fullmatch(r"flowchart (TB|LR)|sequenceDiagram", first)
    assert lines
    assert [line for line in lines if unbalanced(line) or line.count('"') % 2] == []


@pytest.mark.parametrize("picture", [one for one in PICTURES if one.startswith("sequenceDiagram")])
def test_who_speaks_in_a_sequence_is_introduced(picture: str) -> None:
    known = set(re.findall(r"participant (\w+)", picture))
    messages = re.findall(r"^\s+(\w+)-{1,2}>>(\w+):", picture, re.MULTILINE)
    assert messages
    assert {end for ends in messages for end in ends} <= known


def test_every_addon_that_is_named_is_in_the_catalogue() -> None:
    known = {name.replace("_", "-") for name in Addons.model_fields}
    settled = {"policy", "preflight", "resume", "rehearsal", "main", "staging", "production"}
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", PAGE)) - settled
    assert len(named) > 10
    assert named <= known


def test_the_layers_are_those_of_the_import_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = [each["layers"] for each in contracts if each.get("containers") == ["oneup"]]
    steps = {layer for layer in layers if "|" not in layer}
    drawn = set(re.findall(r'\["(\w+)(?:\.\w+)?<br/>', PICTURES[0]))
    # What addons are made of is no step of its own; the command and what it calls are no parts of the program.
    assert drawn == steps - {"addonkit", "rehearsal", "resume", "cli", "__main__"}
