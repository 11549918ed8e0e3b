"""From a stack file, through Pulumi's configuration, to the settings."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

from oneup import settings
from oneup.settings.stackfile import StackFile, read_stack_file
from tests import ROOT

VALID = ROOT / "tests" / "unit" / "fixtures" / "settings" / "valid"

Deploy = Callable[[StackFile], settings.Settings]


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """Hands a stack file's configuration to the program as Pulumi's language host does."""

    def deploy(file: StackFile) -> settings.Settings:
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(dict(file.config)))
        monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(sorted(file.secret_keys)))
        monkeypatch.setattr(pulumi, "get_stack", lambda: file.stack)
        pulumi.runtime.set_all_config({}, [])
        return settings.load()

    return deploy


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The warnings that are logged."""
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", said.append)
    return said


def changed(file: StackFile, key: str, **values: object) -> StackFile:
    """The file with other values under a key, which is encrypted."""
    config = {**file.config, key: json.dumps({**json.loads(file.config[key]), **values})}
    return StackFile(file.stack, config, frozenset({key}))


@pytest.mark.parametrize("path", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_every_stack_file_loads(path: Path, deploy: Deploy) -> None:
    loaded = deploy(read_stack_file(path))
    assert loaded.stack == path.name.split(".")[1]
    assert loaded == settings.load_file(path)


def test_other_namespaces_are_nobodys_business(deploy: Deploy) -> None:
    file = read_stack_file(VALID / "existing-smallest.yaml")
    config = {**file.config, "aws:region": "nowhere", "other:foundation": "none"}
    assert deploy(StackFile(file.stack, config, frozenset())).foundation == "existing"


def test_pulumi_shows_a_mistake_without_a_stack_trace(deploy: Deploy) -> None:
    file = read_stack_file(ROOT / "tests/unit/fixtures/settings/invalid/host-bits.yaml")
    with pytest.raises(pulumi.RunError, match=r"did you mean 10\.0\.0\.0/16\?") as raised:
        deploy(file)
    assert raised.value.__cause__ is None


def test_a_mistake_has_its_line_where_the_file_is_at_hand(
    deploy: Deploy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "Pulumi.staging.yaml").read_text().replace('version: "1.35"', "version: 1.30")
    path = tmp_path / "Pulumi.staging.yaml"
    path.write_text(text)
    line = text[: text.index("version: 1.30")].count("\n") + 1
    with pytest.raises(pulumi.RunError) as raised:
        deploy(read_stack_file(path))
    assert f'Pulumi.staging.yaml:{line}: cluster.version: 1.30 is not text; put it in quotes: "1.30"' in str(
        raised.value
    )


def test_the_lines_of_another_file_are_not_given(
    deploy: Deploy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "Pulumi.staging.yaml"
    path.write_text((ROOT / path.name).read_text().replace('version: "1.35"', "version: 1.30"))
    with pytest.raises(pulumi.RunError, match=r"Pulumi\.staging\.yaml: cluster\.version: 1\.3 is not text"):
        deploy(read_stack_file(path))


def test_what_is_unwise_is_said(deploy: Deploy, said: list[str]) -> None:
    deploy(read_stack_file(VALID / "unwise-in-production.yaml"))
    assert said == (VALID / "unwise-in-production.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("oneup:aws", {"account": "hunter-2"}),
        ("oneup:aws", {"region": "hunter-2"}),
        ("oneup:aws", {"roleArn": "arn:aws:iam::444455556666:role/hunter-2"}),
        ("oneup:network", {"nat": "hunter-2"}),
        ("oneup:network", {"zones": ["hunter-2"]}),
        ("oneup:network", {"zones": "hunter-2"}),
        ("oneup:gitops", {"repository": "https://hunter-2@example.com/x"}),
        ("oneup:gitops", {"repository": "git@example.com:hunter-2"}),
    ],
)
def test_an_encrypted_value_is_in_no_message(key: str, values: dict[str, object], deploy: Deploy) -> None:
    (name,) = values
    with pytest.raises(pulumi.RunError) as raised:
        deploy(changed(read_stack_file(VALID / "extended-support.yaml"), key, **values))
    assert f"{key.removeprefix('oneup:')}.{name}" in str(raised.value)
    assert "hunter" not in str(raised.value)


def test_an_encrypted_value_is_in_no_message_about_another_setting(deploy: Deploy) -> None:
    file = read_stack_file(VALID / "extended-support.yaml")
    zones = ["eu-west-1a", "eu-west-1b"]
    with pytest.raises(pulumi.RunError) as raised:
        deploy(changed(file, "oneup:aws", region="eu-west-1"))
    assert "network.zones[0]: [secret]" in str(raised.value)
    assert "eu-west-1" not in str(raised.value)
    assert deploy(changed(changed(file, "oneup:network", zones=zones), "oneup:aws", region="eu-west-1"))


def test_an_encrypted_value_is_in_no_warning(deploy: Deploy, said: list[str]) -> None:
    deploy(changed(read_stack_file(VALID / "unwise-in-staging.yaml"), "oneup:aws", account="444455556666"))
    assert [warning for warning in said if warning.startswith("cluster.access.admins[0]: [secret]")]
    assert "444455556666" not in "".join(said)


def test_settings_are_read_without_the_sdk_or_a_yaml_parser() -> None:
    """Both are slow to load, and neither is needed to check a value."""
    program = "import sys, oneup.settings; print(sorted({'pulumi', 'yaml'} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "platform",
        check=True,
        capture_output=True,
        text=True,
    )
    assert found.stdout == "[]\n"
