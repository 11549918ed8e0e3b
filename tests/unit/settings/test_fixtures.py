"""Every kind of mistake gets its message, and what is right is taken."""

import json
import re
from pathlib import Path

import pytest

from oneup.settings import AwsSettings, SettingsError, load_file, warnings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "settings"
INVALID = sorted((FIXTURES / "invalid").glob("*.yaml"))
VALID = sorted((FIXTURES / "valid").glob("*.yaml"))


def name(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_a_mistake_gets_its_message_which_names_the_file_and_the_key_and_is_ours(path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load_file(path)
    assert f"{raised.value}\n" == path.with_suffix(".txt").read_text("utf-8")
    head, *lines = str(raised.value).splitlines()
    assert lines
    assert head.startswith(f"{len(lines)} setting")
    for line in lines:
        assert re.match(rf"  Pulumi\.{path.stem}\.yaml(:\d+)?: ", line)
        assert "Input should" not in line
        assert "hunter2" not in line


@pytest.mark.parametrize("path", VALID, ids=name)
def test_what_is_right_is_taken_with_its_warnings(path: Path) -> None:
    said = "".join(f"{warning}\n" for warning in warnings(load_file(path)))
    assert said == path.with_suffix(".txt").read_text("utf-8")


def test_every_expectation_has_its_fixture() -> None:
    expected = {path.with_suffix("") for path in FIXTURES.rglob("*.txt")}
    assert expected == {path.with_suffix("") for path in (*INVALID, *VALID)}
    assert len(INVALID) >= 30


def test_small_nodes_are_taken_where_they_hold_enough() -> None:
    staging = load_file(FIXTURES / "valid" / "t3-micro-staging.yaml")
    assert isinstance(staging, AwsSettings)
    assert staging.cluster.prefix_delegation
    assert staging.node_groups[0].instance_types == ("t3.micro",)


def test_the_other_repository_of_two() -> None:
    delivery = load_file(FIXTURES / "valid" / "two-repositories.yaml").gitops
    assert json.loads(delivery.model_dump_json(by_alias=True)) == {
        "repository": "git@github.com:example/workloads.git",
        "revision": "release/2026-11",
        "path": "clusters/staging",
        "credentialsSecret": "workloads-deploy-key",
        "syncWindows": [],
    }
