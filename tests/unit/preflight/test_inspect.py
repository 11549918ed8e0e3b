"""Everything at once, and the way from `make` to Pulumi."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from oneup.preflight import Finding
from oneup.preflight.__main__ import describe
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


def test_a_misspelt_stack_is_told_the_others(project: Project) -> None:
    missing = [finding for finding in project.inspect(stack="stagin") if "stack file" in finding.problem]
    assert [finding.fix for finding in missing] == ["make up STACK=baremetal|production|staging"]


def test_no_stack_is_said_plainly(project: Project) -> None:
    assert "no stack is given" in project.stoppers(stack="")


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
    assert "make up STACK=" in done.stderr


def test_a_finding_is_a_problem_and_what_to_do() -> None:
    said = describe(Finding("the aws CLI is not on PATH", "brew install awscli")).plain
    assert said == "error: the aws CLI is not on PATH\n  brew install awscli"
    assert describe(Finding("p", "f", blocking=False)).plain.startswith("warning: ")
