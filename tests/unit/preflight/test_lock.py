"""Who holds the lock on a stack's state is said, with what to do."""

import json
from pathlib import Path

import pytest

from oneup.preflight import Command
from tests.unit.preflight.conftest import AWS, PULUMI, Machine, Project, Reply, fails, says

LOCK = json.dumps(
    {"pid": 7, "username": "ada", "hostname": "laptop", "timestamp": "2026-11-30T20:19:13.195362415Z"}
)
FOLDER = ".pulumi/locks/organization/oneup/staging"


def state_in(machine: Machine, url: str) -> None:
    machine.install("pulumi", {**PULUMI, "whoami": says(user="ada", url=url)})


@pytest.fixture
def folder(machine: Machine) -> Path:
    """A backend in a folder, in which the stack is locked."""
    made = machine.bin.parent / "state"
    (made / FOLDER).mkdir(parents=True)
    (made / FOLDER / "1.json").write_text(LOCK)
    state_in(machine, f"{made.as_uri()}?metadata=skip")
    return made


@pytest.mark.parametrize(("command", "stops"), [(Command.UP, True), (Command.PREVIEW, False)])
def test_in_a_folder(project: Project, folder: Path, command: Command, stops: bool) -> None:
    assert folder.is_dir()
    (finding,) = project.inspect(command)
    assert finding.problem == (
        "the state of staging is locked by process 7 of ada on laptop since 2026-11-30T20:19:13"
    )
    assert "`pulumi cancel --stack staging`" in finding.fix
    assert finding.blocking is stops


def test_another_stack_s_lock_does_not_matter(project: Project, folder: Path) -> None:
    (folder / FOLDER).rename((folder / FOLDER).with_name("production"))
    assert project.inspect() == ()


def test_in_a_bucket(machine: Machine, project: Project) -> None:
    state_in(machine, "s3://states/teams?region=eu-central-1")
    key = f"teams/{FOLDER}/1.json"
    asked = (
        f"s3api list-objects-v2 --bucket states --prefix teams/{FOLDER}/ --output json --region eu-central-1"
    )
    got = f"s3 cp s3://states/{key} - --region eu-central-1"
    machine.install("aws", {**AWS, asked: says(Contents=[{"Key": key}]), got: Reply(LOCK)})
    (finding,) = project.inspect()
    assert "process 7 of ada on laptop" in finding.problem


@pytest.mark.parametrize("answer", [Reply(), fails("AccessDenied")])
def test_a_bucket_without_locks_or_that_may_not_be_listed(
    machine: Machine, project: Project, answer: Reply
) -> None:
    state_in(machine, "s3://states?region=eu-central-1")
    machine.install("aws", {**AWS, "s3api list-objects-v2": answer})
    assert project.inspect() == ()


def test_a_lock_that_cannot_be_read_is_a_lock(project: Project, folder: Path) -> None:
    (folder / FOLDER / "1.json").write_text("")
    (finding,) = project.inspect()
    assert "locked by process 0 of somebody" in finding.problem


def test_pulumi_cloud_keeps_its_own(machine: Machine, project: Project) -> None:
    state_in(machine, "https://app.pulumi.com/ada")
    assert project.inspect() == ()
