"""The command: every stack side by side, and the exit status."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oneup.plan import Plan
from oneup.rehearsal.state import to_state_json

PROGRAM = """
import pulumi
pulumi.CustomResource("kubernetes:core/v1:ConfigMap", pulumi.get_stack(), {
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "namespace": "y"}})
1 / (pulumi.get_stack() != "broken")
if pulumi.get_stack() == "killed":
    import os
    os._exit(3)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "__main__.py").write_text(PROGRAM)
    for stack in ("west", "broken"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return tmp_path


def command(project: Path, root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    own = {"PYTHONPATH": str(root / "platform"), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "oneup.rehearsal", *arguments],
        cwd=project,
        env={**os.environ, **own, **more},
        text=True,
        capture_output=True,
        check=False,
    )


def test_each_stack_is_told_and_one_that_fails_fails_the_command(project: Path, root: Path) -> None:
    done = command(project, root)
    assert done.returncode == 1, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith(("✓", "✗"))] == [
        "✗ broken",
        "✓ west  build/west/report.html",
    ]
    assert "__main__.py:5: ZeroDivisionError" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert sorted(path.name for path in (project / "build").iterdir()) == ["west"]


def test_chosen_stacks_in_order_end_well(project: Path, root: Path) -> None:
    seconds = project / "seconds.json"
    seconds.write_text(json.dumps({"types": {"kubernetes:core/v1:ConfigMap": 90}}))
    done = command(project, root, "west", "--durations", "seconds.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 min 30 s predicted" in done.stdout
    assert "broken" not in done.stdout


def test_a_stack_that_is_not_there_is_named(project: Path, root: Path) -> None:
    done = command(project, root, "north")
    assert done.returncode == 1
    assert "there is no Pulumi.north.yaml; the stacks are broken, west" in done.stdout


def test_a_process_that_dies_is_told_and_stops_nothing_else(project: Path, root: Path) -> None:
    (project / "Pulumi.killed.yaml").write_text("config: {}\n")
    done = command(project, root, "killed", "west")
    assert done.returncode == 1
    assert "the rehearsal's process ended with status 3 and without an answer" in done.stdout
    assert "✓ west" in done.stdout


def test_a_mistake_in_the_durations_is_told_before_anything_runs(project: Path, root: Path) -> None:
    (project / "seconds.json").write_text('{"types": {"aws:ec2/vpc:Vpc": "long"}}')
    done = command(project, root, "--durations", "seconds.json")
    assert done.returncode == 2
    assert "types.aws:ec2/vpc:Vpc" in done.stderr
    assert not (project / "build").exists()


# The plan alone: a report takes as long again, and is written from nothing else.
WRITE = """
import gc
gc.disable()
from pathlib import Path
from oneup.rehearsal.run import rehearse
from oneup.rehearsal.state import to_state_json
from oneup.settings.stackfile import read_stack_file
print(to_state_json(rehearse(Path("__main__.py"), read_stack_file(Path("Pulumi.staging.yaml"))).plan), end="")
"""


def test_another_process_with_another_order_of_sets_makes_the_same_bytes(root: Path, staging: Plan) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "platform"), "PYTHONHASHSEED": "4242"},
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout == to_state_json(staging)
