"""From a stack file, through Pulumi's configuration, to the settings."""

import json
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest

from oneup import settings
from oneup.settings.stackfile import StackFile, read_stack_file

ROOT = Path(__file__).parents[2]


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch) -> Callable[[StackFile], settings.Settings]:
    """Hands a stack file's configuration to the program as Pulumi's language host does."""

    def deploy(file: StackFile) -> settings.Settings:
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(dict(file.config)))
        monkeypatch.setenv("PULUMI_CONFIG_SECRET_KEYS", json.dumps(sorted(file.secret_keys)))
        monkeypatch.setattr(pulumi, "get_stack", lambda: file.stack)
        return settings.load()

    return deploy


@pytest.mark.parametrize("path", sorted(ROOT.glob("Pulumi.*.yaml")), ids=lambda path: path.name)
def test_every_stack_file_loads(path: Path, deploy: Callable[[StackFile], settings.Settings]) -> None:
    loaded = deploy(read_stack_file(path))
    assert loaded.stack == path.name.split(".")[1]
    assert loaded.gitops.repository == "https://github.com/example/oneup.git"
