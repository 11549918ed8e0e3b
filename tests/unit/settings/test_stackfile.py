"""A stack file is read as Pulumi reads it."""

import json
from pathlib import Path

import pytest

from oneup.settings import SettingsError
from oneup.settings.stackfile import StackFile, read_stack_file


def read(folder: Path, text: str) -> StackFile:
    path = folder / "Pulumi.try.yaml"
    path.write_text(text)
    return read_stack_file(path)


def test_scalars_are_text_and_structures_are_json(tmp_path: Path) -> None:
    file = read(tmp_path, "config:\n  o:a: text\n  o:b: true\n  o:c: 3\n  o:d: {x: [1, '2']}\n")
    assert file.stack == "try"
    assert file.config == {"o:a": "text", "o:b": "true", "o:c": "3", "o:d": '{"x": [1, "2"]}'}
    assert file.secret_keys == frozenset()


def test_encrypted_values_become_placeholders(tmp_path: Path) -> None:
    text = "config:\n  o:a: {secure: abc}\n  o:b: {x: [{y: {secure: abc}}], z: plain}\n  o:c: plain\n"
    file = read(tmp_path, text)
    assert file.config["o:a"] == "[secret]"
    assert json.loads(file.config["o:b"]) == {"x": [{"y": "[secret]"}], "z": "plain"}
    assert file.secret_keys == {"o:a", "o:b"}


def test_text_that_older_yaml_takes_for_something_else_stays_text(tmp_path: Path) -> None:
    file = read(tmp_path, "config:\n  o:a: {w: yes, x: off, y: 2026-11-21, z: true}\n")
    assert json.loads(file.config["o:a"]) == {"w": "yes", "x": "off", "y": "2026-11-21", "z": True}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "config:\n  o:a: {x: 1,\n    x: 2}\n",
            '["o:a"].x: is given twice (lines 2 and 3); keep one of the two',
        ),
        ("config:\n  o:a: [1\n", "(file): is not YAML: did not find expected ',' or ']' (line 3, column 1)"),
        ("- 1\n", "(file): is not a mapping; put the settings under `config:`"),
        ("", "(file): is empty; put the settings under `config:`"),
        ("name: x\n", "config: is missing; put the settings under `config:`"),
        ("config: [a]\n", "config: is not a mapping; put the settings under `config:`"),
        ("config:\n", "config: is empty; put the settings under `config:`"),
        ("config: {network: {}}\n", "network: has no namespace; did you mean oneup:network?"),
        ("config: {'onepu:aws': {}}\n", "onepu:aws: has another namespace; did you mean oneup:aws?"),
    ],
)
def test_what_is_no_stack_file_is_refused(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(tmp_path, text)
    assert f"Pulumi.try.yaml: {problem}" in str(raised.value)
