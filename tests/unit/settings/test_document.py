"""What is generated from the settings is current, and says what the settings say."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from pydantic import ValidationError

from oneup.docs.manual import Row, is_number, rows, unit_in_words
from oneup.docs.settings import outdated_files
from oneup.settings.base import Section
from oneup.settings.effects import descriptions
from oneup.settings.formats.form import FORMAT_ERROR
from oneup.settings.load import decode
from oneup.settings.model import AwsSettings, ExistingSettings
from oneup.settings.parse import FOUNDATIONS
from oneup.settings.shape import fields, sections
from oneup.settings.stackfile import read_stack_file
from tests import ROOT

FIXTURES = ROOT / "tests" / "unit" / "fixtures" / "settings"
STACK_FILES = sorted(ROOT.glob("Pulumi.*.yaml"))
INVALID = sorted((FIXTURES / "invalid").glob("*.yaml"))
VALID = sorted((FIXTURES / "valid").glob("*.yaml"))

BY_PATTERN = (
    "account-with-dashes",
    "cidr-without-a-length",
    "domain-with-a-scheme",
    "interface-endpoints-unknown",
    "principal-is-a-session",
    "region-misspelt",
    "repository-without-a-scheme",
    "tag-of-aws-own",
    "version-with-a-patch",
)
"""Mistakes in the form of one text, as far as a pattern can tell."""


@pytest.fixture(scope="module")
def refused() -> Callable[[Path], list[str]]:
    """What an editor says of a stack file."""
    schema = json.loads((ROOT / "docs" / "stack.schema.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)

    def refused(path: Path) -> list[str]:
        errors = validator.iter_errors(yaml.safe_load(path.read_text("utf-8")))  # pyright: ignore[reportUnknownMemberType] - the stubs name a type that is not there
        return [error.json_path for error in errors]

    return refused


def structural(path: Path) -> bool:
    """Whether the model refuses an unknown key, a missing one, a type or a choice."""
    config = {key: decode(value) for key, value in read_stack_file(path).config.items()}
    raw = {key.removeprefix("oneup:"): value for key, value in config.items()}
    try:
        FOUNDATIONS[str(raw["foundation"])].model_validate_json(json.dumps(raw))
    except ValidationError as error:
        return any(each["type"] != FORMAT_ERROR for each in error.errors())
    except KeyError:
        return True
    return False


def name(path: Path) -> str:
    return path.stem


def every_setting() -> Iterator[tuple[str, type[Section], str]]:
    for root in (AwsSettings, ExistingSettings):
        for path, section in sections(root):
            for key in fields(section):
                yield ".".join(map(str, (*path, key))), section, key


def test_what_is_generated_is_current() -> None:
    stale = [path.name for path in outdated_files()]
    assert not stale, f"{', '.join(stale)}: run `make docs`"


@pytest.mark.parametrize("path", [*STACK_FILES, *VALID], ids=name)
def test_the_schema_accepts_what_is_right(path: Path, refused: Callable[[Path], list[str]]) -> None:
    assert refused(path) == []


STRUCTURAL = [path for path in INVALID if structural(path)]


@pytest.mark.parametrize("path", STRUCTURAL, ids=name)
def test_the_schema_refuses_what_has_the_wrong_shape(
    path: Path, refused: Callable[[Path], list[str]]
) -> None:
    assert refused(path)


@pytest.mark.parametrize("fixture", BY_PATTERN)
def test_the_schema_refuses_what_a_pattern_tells(fixture: str, refused: Callable[[Path], list[str]]) -> None:
    path = FIXTURES / "invalid" / f"{fixture}.yaml"
    assert path not in STRUCTURAL
    assert refused(path)


@pytest.mark.parametrize("path", STACK_FILES, ids=name)
def test_a_stack_file_names_the_schema_first(path: Path) -> None:
    first, *_ = path.read_text("utf-8").splitlines()
    assert first == "# yaml-language-server: $schema=docs/stack.schema.json"


def test_every_setting_says_what_it_does() -> None:
    assert not [key for key, section, field in every_setting() if field not in descriptions(section)]


def test_every_number_says_what_it_counts() -> None:
    numbers = [
        (key, unit_in_words(field, fields(section)[field]))
        for key, section, field in every_setting()
        if is_number(fields(section)[field])
    ]
    assert ("network.flowLogs.retentionDays", "days") in numbers
    assert ("nodeGroups.*.diskGib", "GiB") in numbers
    assert ("alarms.budget.actualPercents", "percent") in numbers
    assert ("existing.nodes.*.memoryGib", "GiB") in numbers
    assert not [key for key, counted in numbers if not counted], "name a Unit, or end the name with one"


def test_the_manual_has_every_setting() -> None:
    manual = (ROOT / "docs" / "settings.md").read_text("utf-8")
    known = {row.key for root in (AwsSettings, ExistingSettings) for row in rows(root)}
    sections_with_chapters = {key for key in known if f"## {key}\n" in manual}
    assert {key for key in known if f"| `{key}` |" in manual} == known - sections_with_chapters
    assert "nodeGroups[].taints[].effect" in known


def test_a_row_keeps_its_columns() -> None:
    assert str(Row("a", "x|y", "`1`", "", "z")) == "| `a` | x&#124;y | `1` |  | z |"


def test_a_stack_file_of_other_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.bare.yaml"
    path.write_text("config:\n  foundation: aws\n")
    with pytest.raises(ValueError, match=r"foundation: has no namespace; did you mean oneup:foundation\?"):
        read_stack_file(path)
