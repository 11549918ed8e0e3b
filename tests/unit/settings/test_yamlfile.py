"""Whatever bytes a stack file has: it is read, or refused in one line that says where and what to do."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneup.settings import SettingsError
from oneup.settings.stackfile import read_stack_file
from oneup.settings.yamlfile import MAX_BYTES, read_yaml

LAUGHS = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"b{index}: &a{index} [{', '.join([f'*a{index - 1}'] * 10)}]\n" for index in range(1, 10)
)


def refusal(folder: Path, content: bytes) -> str:
    path = folder / "Pulumi.try.yaml"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        read_yaml(path)
    head, *lines = str(raised.value).splitlines()
    assert head == ("1 setting is invalid:" if len(lines) == 1 else f"{len(lines)} settings are invalid:")
    return "\n".join(lines)


class TestBytes:
    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("a: 1\n".encode("utf-16"), "is encoded as UTF-16; save it as UTF-8"),
            ("a: 1\n".encode("utf-32"), "is encoded as UTF-32; save it as UTF-8"),
            (b"a: 1\nb: f\xfcr\n", "is not UTF-8: the byte 0xFC (line 2, column 5); save it as UTF-8"),
            (b"a: 1\nb: \x00\n", "is not YAML: the character U+0000 (line 2, column 4); remove it"),
            (b"a: 1 # \x07\n", "is not YAML: the character U+0007 (line 1, column 8); remove it"),
            (b"a" * (MAX_BYTES + 1), "has 1,000,001 bytes; a stack file has at most 1,000,000"),
        ],
    )
    def test_refused(self, tmp_path: Path, content: bytes, said: str) -> None:
        assert refusal(tmp_path, content) == f"  Pulumi.try.yaml: (file): {said}"

    @pytest.mark.parametrize("content", [b"\xef\xbb\xbfa: 1\n", b"a: 1\r\n", b"a: 1"])
    def test_read(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "Pulumi.try.yaml"
        path.write_bytes(content)
        assert read_yaml(path).value == {"a": 1}

    @given(st.binary(max_size=60) | st.text("{}[]*&!|>?:-,#'\"\n\t abc019.", max_size=60).map(str.encode))
    def test_nothing_else_is_raised(self, tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
        path = tmp_path_factory.getbasetemp() / "Pulumi.any.yaml"
        path.write_bytes(content)
        try:
            read_stack_file(path)
        except SettingsError as error:
            assert all(line.startswith("  Pulumi.any.yaml") for line in str(error).splitlines()[1:])


def link(path: Path) -> None:
    path.symlink_to("gone.yaml")


def nothing(path: Path) -> None:
    assert not path.exists()


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


class TestWhatIsNoFile:
    @pytest.mark.parametrize(
        ("create", "said"),
        [
            (folder, "is a folder; give a file"),
            (pipe, "is no regular file; give a file"),
            (link, "is a link to gone.yaml, which does not exist; create it, or name another stack"),
            (nothing, "does not exist; create it, or name another stack"),
        ],
    )
    def test_refused(self, tmp_path: Path, create: Callable[[Path], None], said: str) -> None:
        path = tmp_path / "Pulumi.try.yaml"
        create(path)
        with pytest.raises(SettingsError) as raised:
            read_yaml(path)
        assert str(raised.value).endswith(f"  Pulumi.try.yaml: (file): {said}")


class TestShape:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a: " + "[" * 3000, "is nested more than 40 levels deep (line 1, column 43); remove levels"),
            ("a: &a [*a]\n", "has a value that contains itself, *a (line 1, column 8); write it out"),
            (
                LAUGHS,
                "holds more than 20,000 values, with what aliases stand for (line 5, column 10); remove some",
            ),
            ("a: 1\n---\nb: 2\n", "holds a second document (line 2, column 1); keep one"),
            ("a: [1\n", "is not YAML: did not find expected ',' or ']' (line 2, column 1)"),
            ("a: *b\n", "is not YAML: found undefined alias (line 1, column 4)"),
            (
                "a: !Ref b\n",
                "is not YAML: could not determine a constructor for the tag '!Ref' (line 1, column 4)",
            ),
            ("? [a]\n: b\n", "has a key that is no text (line 1, column 3); give it a name"),
        ],
    )
    def test_refused(self, tmp_path: Path, text: str, said: str) -> None:
        assert refusal(tmp_path, text.encode()) == f"  Pulumi.try.yaml: (file): {said}"

    def test_all_keys_that_are_given_twice_are_named(self, tmp_path: Path) -> None:
        said = refusal(tmp_path, b"a: {x: 1, x: 2}\nb:\n  - y: 1\n    z: 1\n    y: 2\n")
        assert said.splitlines() == [
            "  Pulumi.try.yaml: a.x: is given twice (line 1); keep one of the two",
            "  Pulumi.try.yaml: b[0].y: is given twice (lines 3 and 5); keep one of the two",
        ]

    @pytest.mark.parametrize("number", [".inf", "-.INF", ".nan", "9" * 400])
    def test_numbers_without_end(self, tmp_path: Path, number: str) -> None:
        said = refusal(tmp_path, f"a: [{number}]\n".encode())
        assert said.startswith("  Pulumi.try.yaml: a[0]: ")
        assert said.endswith(" is not a number that a setting can have; give a finite one")

    def test_aliases_and_merges_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "Pulumi.try.yaml"
        path.write_text("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n")
        assert read_yaml(path).value == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"),
        ("yes", "yes"),
        ("2026-11-21", "2026-11-21"),
        ("011122223333", 1229530843),
        ("012345678912", 12345678912.0),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", 1000),
        ("1e3", 1000.0),
        ("1.30", 1.3),
        (".5", 0.5),
        ("True", True),
        ("~", None),
        ("1.2.3", "1.2.3"),
        ("99999999999999999999999", 1e23),
    ],
)
def test_scalars_are_what_pulumi_takes_them_for(tmp_path: Path, text: str, value: object) -> None:
    """As yaml.v3 of Go resolves them."""
    path = tmp_path / "Pulumi.try.yaml"
    path.write_text(f"a: {text}\n")
    assert json.dumps(read_yaml(path).value) == json.dumps({"a": value})


def test_marks_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "Pulumi.try.yaml"
    path.write_text("a:\n  b: 1.30\n  c:\n    - 0777\n    - 'x'\n")
    file = read_yaml(path)
    assert file.written == {("a", "b"): "1.30", ("a", "c", 0): "0777"}
    assert {key: file.lines[key] for key in (("a",), ("a", "c"), ("a", "c", 1))} == {
        ("a",): 1,
        ("a", "c"): 3,
        ("a", "c", 1): 5,
    }
