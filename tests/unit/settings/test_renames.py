"""Settings that were renamed: old names are read for one version, with a warning, and nothing here uses them."""

import subprocess
import tomllib
from collections.abc import Mapping, Sequence
from typing import Final, cast

import pytest
import yaml

from oneup.libyaml import LOADER
from oneup.settings import Problem, Settings, SettingsError, parse, warnings
from oneup.settings.base import Section
from oneup.settings.parse import FOUNDATIONS
from oneup.settings.renames import RenamedFrom, migrate, old_keys
from oneup.settings.shape import Json, Path, fields, item_of, section_of, sections
from tests import ROOT
from tests.support.stacks import STACKS, settings

RENAMED: Final = {
    (*place, current): (note, section)
    for model in FOUNDATIONS.values()
    for place, section in sections(model)
    for current, note in old_keys(section).values()
}
"""Each renamed setting by its current key; items of lists and mappings stand at ``*``."""

PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
HISTORY: Final = {"CHANGELOG.md", "docs/glossary.md"}
"""Files that tell old names."""


def written(section: type[Section], raw: Json) -> Json:
    """Raw settings with every name that was renamed as it was."""
    if not isinstance(raw, Mapping):
        return raw
    old = {current: before for before, (current, _) in old_keys(section).items()}
    known = fields(section)
    return {old.get(key, key): below(known[key].annotation, value) for key, value in raw.items()}


def below(annotation: object, raw: Json) -> Json:
    section, item = section_of(annotation), section_of(item_of(annotation))
    if section:
        return written(section, raw)
    if item and isinstance(raw, Sequence) and not isinstance(raw, str):
        return [written(item, each) for each in raw]
    return raw


def given(stack: str) -> Mapping[str, Json]:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8")
    return {key.removeprefix("oneup:"): value for key, value in yaml.safe_load(text)["config"].items()}


def old(stack: str) -> Mapping[str, Json]:
    """A stack file as it was before the renames."""
    raw = written(FOUNDATIONS[str(given(stack)["foundation"])], given(stack))
    assert isinstance(raw, Mapping)
    return raw


def refused(stack: str, raw: Mapping[str, Json], secret: frozenset[str] = frozenset()) -> list[Problem]:
    with pytest.raises(SettingsError) as raised:
        parse(stack, raw, secret)
    return list(raised.value.problems)


def told(parsed: Settings) -> list[Problem]:
    return [warning for warning in warnings(parsed) if "is now called" in warning.text]


class TestMigration:
    @pytest.mark.parametrize("stack", STACKS)
    def test_a_stack_file_of_before_gives_the_same_settings(self, stack: str) -> None:
        assert old(stack) != given(stack)
        before = parse(stack, old(stack))
        assert before.model_dump() == settings(stack).model_dump()
        assert told(before)
        assert not told(settings(stack))

    @pytest.mark.parametrize(("current", "renamed"), RENAMED.items(), ids=lambda it: str(it)[:60])
    def test_each_is_read_by_its_old_name(
        self, current: Path, renamed: tuple[RenamedFrom, type[Section]]
    ) -> None:
        note, section = renamed
        found = migrate(section, {note.old: "given"})
        assert found.raw == {current[-1]: "given"}
        (rename,) = found.renames
        assert (rename.written, rename.current) == ((note.old,), (current[-1],))

    def test_a_warning_names_file_key_and_both_names(self) -> None:
        raw = {key: value for key, value in given("production").items() if key != "githubActions"}
        storage: Json = {"copyRegion": "eu-west-1", "replicatedBuckets": ["backups"], "onDestroy": "Retain"}
        asked: Json = {"repository": "a/b", "stateBucket": "state", "makeProvider": False}
        lines = map(str, told(parse("production", {**raw, "delivery": asked, "storage": storage})))
        rest = "rename it in Pulumi.production.yaml: oneup 0.4 does not read the old name"
        # Written apart, so that the search for old names does not find these.
        assert sorted(lines) == [
            "delivery" + f".makeProvider: is now called githubActions.createOidcProvider; {rest}",
            "delivery" + f": is now called githubActions; {rest}",
            "storage" + f".copyRegion: is now called storage.replicationRegion; {rest}",
        ]

    def test_both_names_are_one_too_many(self) -> None:
        raw = given("production")
        (problem,) = refused("production", {**raw, "workload": raw["applicationRequests"]})
        assert str(problem) == (
            "workload: is the old name of applicationRequests, and both are given; remove workload"
        )

    def test_a_mistake_below_an_old_name_says_where_it_is(self) -> None:
        raw = {key: value for key, value in given("production").items() if key != "applicationRequests"}
        (problem,) = refused("production", {**raw, "workload": {"pods": -1}})
        assert str(problem) == (
            "applicationRequests.pods: -1 is out of range; give at least 0"
            " (in the stack file it still has its old name, workload)"
        )

    def test_an_old_name_of_the_other_foundation_is_known(self) -> None:
        (problem,) = refused("local", {**given("local"), "delivery": {"repository": "a/b"}})
        assert "is only supported with foundation: aws" in str(problem)


class TestSecrets:
    """A setting that names a Secret never shows what may be the secret itself."""

    @pytest.mark.parametrize("key", ["clientSecret", "secretName"])
    @pytest.mark.parametrize(
        "value",
        [
            "hK8~Qw.hunter2!Value",
            "Hunter2Hunter2",
            "0123456789abcdef0123456789abcdef",
            "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
        ],
    )
    def test_a_secret_in_place_of_its_name_is_refused_unseen(self, key: str, value: str) -> None:
        oidc: Json = {"issuer": "https://login.example.com", "clientId": "a", key: value}
        (problem,) = refused("local", {**given("local"), "addons": {"argoCd": {"oidc": oidc}}})
        assert problem.key == "addons.argoCd.oidc.secretName"
        assert "this holds the name of a Secret, not its value" in problem.text
        assert value not in str(problem)
        assert value not in problem.redacted

    def test_a_name_need_not_be_encrypted(self) -> None:
        oidc: Json = {"issuer": "https://login.example.com", "clientId": "a", "secretName": "[secret]"}
        (problem,) = refused("local", {**given("local"), "addons": {"argoCd": {"oidc": oidc}}})
        assert "must not be encrypted, because this holds the name of a Secret" in problem.text

    def test_what_is_encrypted_under_an_old_name_is_in_no_message(self) -> None:
        raw = {key: value for key, value in given("production").items() if key != "githubActions"}
        asked: Json = {"repository": "hunter 2", "stateBucket": "state"}
        (problem,) = refused("production", {**raw, "delivery": asked}, frozenset({"delivery"}))
        assert problem.key == "githubActions.repository"
        assert "hunter" not in str(problem)

    def test_each_setting_that_names_a_secret_ends_so(self) -> None:
        named = {
            ".".join(map(str, (*place, key)))
            for model in FOUNDATIONS.values()
            for place, section in sections(model)
            for key, field in fields(section).items()
            if "the name of a Secret" in str((field.metadata, field.annotation))
        }
        assert named
        assert {key.rsplit(".", 1)[-1] for key in named} == {"secretName"}


class TestEnd:
    """Old names go with the version that says so, and nothing in this repository uses them."""

    def test_no_name_is_read_longer_than_it_says(self) -> None:
        now = tuple(map(int, PROJECT["version"].split(".")))
        late = {
            ".".join(map(str, current)): note.old
            for current, (note, _) in RENAMED.items()
            if now >= tuple(map(int, note.removed_in.split(".")))
        }
        assert not late, "remove these RenamedFrom"

    def test_no_stack_file_here_uses_one(self) -> None:
        used: list[str] = []
        for file in tracked("*.yaml"):
            raw = config(file)
            model = FOUNDATIONS.get(str(raw.get("foundation")), FOUNDATIONS["aws"])
            used += [f"{file}: {rename.written}" for rename in migrate(model, raw).renames]
        assert not used

    def test_no_text_here_uses_one(self) -> None:
        one = "|".join(
            f"oneup:{note.old}"
            if len(current) == 1
            else rf"{[part for part in current[:-1] if part != '*'][-1]}(\[[0-9*]*\])?\.{note.old}"
            for current, (note, _) in RENAMED.items()
        )
        apart = [f":!{file}" for file in HISTORY]
        command = ["git", "grep", "-InE", rf"\b({one})\b", "--", ".", *apart]
        found = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        assert (found.returncode, found.stdout) == (1, "")


def tracked(*patterns: str) -> list[str]:
    command = ["git", "ls-files", "--", *patterns]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()


def config(file: str) -> Mapping[str, Json]:
    """The settings in a stack file; nothing where the file is none."""
    text = (ROOT / file).read_text("utf-8")
    if "oneup:foundation" not in text:
        return {}
    try:
        loaded = cast("Mapping[str, Mapping[str, Json]]", yaml.load(text, LOADER))
    except yaml.YAMLError:  # some fixtures are broken on purpose
        return {}
    return {key.removeprefix("oneup:"): value for key, value in loaded["config"].items()}
