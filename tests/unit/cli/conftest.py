"""A small project, and the command run on it as a user runs it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

PROGRAM = """
import pulumi
pulumi.CustomResource("kubernetes:core/v1:ConfigMap", pulumi.get_stack(), {
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "y"}})
1 / (pulumi.get_stack() != "broken")
if pulumi.get_stack() == "killed":
    import os
    os._exit(3)
"""

Oneup: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
    (folder / "__main__.py").write_text(PROGRAM)
    for stack in ("west", "broken"):
        (folder / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return folder


@pytest.fixture
def environment(root: Path) -> dict[str, str]:
    """No terminal, and none of the variables that would change the output."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"FORCE_COLOR", "COLUMNS"}}
    return {**inherited, "PYTHONPATH": str(root / "platform")}


@pytest.fixture
def oneup(project: Path, environment: dict[str, str]) -> Oneup:
    """``python -m oneup`` in the project, its output not a terminal."""

    def run(*arguments: str, folder: Path = project, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "oneup", *arguments],
            cwd=folder,
            env={**environment, **more},
            text=True,
            capture_output=True,
            check=False,
        )

    return run
