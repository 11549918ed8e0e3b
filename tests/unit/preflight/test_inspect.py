"""Everything at once, and the way from `make` to Pulumi."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.preflight.conftest import AWS, PULUMI, Machine, Project, fails


def make(root: Path, machine: Machine, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make on this repository with the machine's programs, and this Python in place of ``.venv``."""
    program = shutil.which("make", path="/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin")
    assert program, "make is needed"
    argv = [program, "--old-file=venv", f"PY={sys.executable}", *arguments]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "STACK"))}
    environment = {**inherited, "PATH": f"{machine.bin}:/usr/bin:/bin"}
    return subprocess.run(argv, cwd=root, env=environment, capture_output=True, text=True, check=False)


def test_mistakes_of_every_kind_come_in_one_go(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "whoami": fails("error: not logged in")})
    machine.install("aws", {**AWS, "sts get-caller-identity": fails("Unable to locate credentials")})
    assert len(project.stoppers()) == 2
    project.set("staging", "network.cidr", 7)
    first, second = project.stoppers()
    assert "not logged in" in first
    assert "Pulumi.staging.yaml" in second
    assert "network.cidr" in second


@pytest.mark.parametrize("command", ["preview", "up", "destroy"])
def test_make_runs_pulumi_on_the_stack_with_its_own_parallelism(
    root: Path, machine: Machine, command: str
) -> None:
    done = make(root, machine, command, "STACK=staging", "ARGS=--yes")
    assert done.returncode == 0, done.stderr
    last = machine.calls[-1].split(" key=")[0]
    rules = " --policy-pack policy-pack" if command == "preview" else ""
    assert last == f"pulumi {command} --stack staging --parallel 32{rules} --yes"


def test_make_does_not_run_pulumi_where_something_is_missing(root: Path, machine: Machine) -> None:
    machine.install("aws", {**AWS, "sts get-caller-identity": fails("Unable to locate credentials")})
    done = make(root, machine, "up", "STACK=staging")
    assert done.returncode == 2
    assert "Unable to locate credentials" in done.stderr
    assert "aws sso login" in done.stderr
    assert not [call for call in machine.calls if call.startswith("pulumi up")]


def test_make_asks_for_a_stack(root: Path, machine: Machine) -> None:
    done = make(root, machine, "up")
    assert done.returncode == 2
    assert "no stack is given; the stacks are baremetal, local, production, staging" in done.stderr


def test_make_passes_how_many_resources_at_a_time(root: Path, machine: Machine) -> None:
    done = make(root, machine, "up", "STACK=staging", "PARALLEL=4")
    assert done.returncode == 0, done.stderr
    assert machine.calls[-1].startswith("pulumi up --stack staging --parallel 4 ")
