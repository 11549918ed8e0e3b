"""The state backend, and what a destroy keeps or stumbles over."""

import pytest

from oneup.plan import Json, Plan
from oneup.preflight import Command
from oneup.rehearsal import state
from tests.unit.preflight.conftest import PULUMI, Machine, Project, Reply, fails, says

URN = "urn:pulumi:staging::oneup::{}::{}"


def exported(**flags: Json) -> Json:
    bucket = {"urn": URN.format("aws:s3/bucket:Bucket", "backups"), "type": "aws:s3/bucket:Bucket", **flags}
    return {"resources": [bucket, {"urn": URN.format("aws:ec2/vpc:Vpc", "vpc"), "type": "aws:ec2/vpc:Vpc"}]}


def test_without_a_login_the_backend_is_asked_for(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "whoami": fails("error: PULUMI_ACCESS_TOKEN must be set")})
    (finding,) = project.inspect()
    assert finding.problem.endswith("state backend: PULUMI_ACCESS_TOKEN must be set")
    assert finding.fix.startswith("pulumi login s3://")


def test_a_stack_that_the_backend_does_not_have_is_to_be_made(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "stack --show-name": fails("error: no stack named 'staging' found")})
    (finding,) = project.inspect()
    assert "no stack named 'staging' found" in finding.problem
    assert finding.fix.startswith("pulumi stack init staging --secrets-provider awskms://")


def test_a_passphrase_is_asked_for_where_the_stack_file_needs_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.folder / "Pulumi.staging.yaml"
    path.write_text("encryptionsalt: v1:abc\n" + path.read_text())
    assert project.stoppers() == ["Pulumi.staging.yaml is encrypted with a passphrase, and none is set"]
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "")
    assert project.stoppers() == []


def test_a_destroy_names_what_is_protected_and_stops(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=exported(protect=True))})
    assert project.stoppers(Command.DESTROY) == ["protected against deletion: aws:s3/bucket:Bucket backups"]
    assert project.stoppers(Command.UP) == []


@pytest.mark.parametrize(
    ("flags", "kept"),
    [
        ({"retainOnDelete": True}, "aws:s3/bucket:Bucket backups"),
        ({"inputs": {"reclaimPolicy": "Retain"}}, "the volumes of aws:s3/bucket:Bucket backups"),
        ({"inputs": {"deletionWindowInDays": 30}}, "aws:s3/bucket:Bucket backups (for 30 days)"),
    ],
)
def test_a_destroy_names_what_it_keeps_and_goes_on(
    machine: Machine, project: Project, flags: dict[str, Json], kept: str
) -> None:
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=exported(**flags))})
    (finding,) = project.inspect(Command.DESTROY)
    assert finding.problem == f"retained on purpose after the destroy: {kept}"
    assert not finding.blocking


def test_a_destroy_that_keeps_nothing_says_nothing(machine: Machine, project: Project) -> None:
    deleted: dict[str, Json] = {"inputs": {"reclaimPolicy": "Delete", "tags": {"owner": "platform"}}}
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=exported(**deleted))})
    assert project.inspect(Command.DESTROY) == ()


def test_an_unreadable_state_is_said(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "stack export": fails("error: denied")})
    (finding,) = project.inspect(Command.DESTROY)
    assert "returns no valid state" in finding.problem


def test_what_the_real_stacks_protect_and_keep_is_named(
    machine: Machine, project: Project, production: Plan, staging: Plan
) -> None:
    machine.install("pulumi", {**PULUMI, "stack export": Reply(state.to_state_json(production))})
    protected, kept = project.inspect(Command.DESTROY)
    assert protected.blocking
    assert "aws:ec2/vpc:Vpc vpc" in protected.problem
    assert "eks:index:Cluster cluster" in protected.problem
    assert "aws:kms/key:Key encryption (for 30 days)" in kept.problem
    machine.install("pulumi", {**PULUMI, "stack export": Reply(state.to_state_json(staging))})
    assert project.stoppers(Command.DESTROY) == []
