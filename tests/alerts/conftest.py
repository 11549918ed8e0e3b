"""The stacks' rules as files that Prometheus reads, and the commands that judge them."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from oneup.plan import Json
from tests import ROOT
from tests.alerts.judges import Run, Written
from tests.support.variants import every_addon

TOOLS, APPS = ROOT / "build" / "tools", ROOT / "apps"


@pytest.fixture(scope="session")
def run() -> Run:
    """Run one of the tools; what it says. A failure of it is one of the test."""

    def run(tool: str, *arguments: str | Path) -> str:
        done = subprocess.run([TOOLS / tool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def delivered() -> Iterator[tuple[str, Json]]:
    """The groups of rules that ``apps/`` delivers."""
    for file in sorted((APPS / "base" / "rules").glob("*.yaml")):
        if file.name != "kustomization.yaml":
            for group in yaml.safe_load(file.read_text("utf-8"))["spec"]["groups"]:
                yield f"apps/{group['name']}", group


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every rule of every addon and of ``apps/``, each group once, in one file."""
    groups: dict[str, Json] = dict(delivered())
    # The stacks' own come first: what they say of a group counts.
    for _, addon in every_addon():
        for manifest in addon.post_install_manifests:
            if manifest.kind == "PrometheusRule":
                text = json.dumps(manifest.body["spec"])
                groups.setdefault(manifest.name, json.loads(text)["groups"][0])
    assert groups
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    # JSON is YAML.
    path.write_text(json.dumps({"groups": list(groups.values())}))
    return path


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a tool's file."""

    def written(name: str, content: Mapping[str, object]) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(content))
        return path

    return written
