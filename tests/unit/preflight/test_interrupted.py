"""What a command that was cut off has left is said, with what to do."""

import json

import pytest

from oneup.preflight import Command
from tests.unit.preflight.conftest import PULUMI, Machine, Project, Reply, says

URN = "urn:pulumi:staging::oneup::oneup:platform:Workspace$kubernetes:core/v1:Namespace::vault"
STUCK = "kong kong pending-install sh.helm.release.v1.kong.v1\n"


def begun(machine: Machine, kind: str) -> None:
    deployment = {"resources": [], "pending_operations": [{"type": kind, "resource": {"urn": URN}}]}
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=deployment)})


@pytest.mark.parametrize(
    ("command", "stops"), [(Command.UP, True), (Command.DESTROY, True), (Command.PREVIEW, False)]
)
def test_a_create_whose_end_nobody_knows(
    machine: Machine, project: Project, command: Command, stops: bool
) -> None:
    begun(machine, "creating")
    (finding,) = project.inspect(command)
    assert finding.blocking is stops
    assert finding.problem.endswith("was cut off in the middle of kubernetes:core/v1:Namespace vault")
    assert "`make resume STACK=staging`" in finding.fix


def test_a_release_that_was_being_removed(machine: Machine, project: Project) -> None:
    urn = "urn:pulumi:staging::oneup::oneup:platform:Addon$kubernetes:helm.sh/v3:Release::loki"
    deployment = {"resources": [], "pending_operations": [{"type": "deleting", "resource": {"urn": urn}}]}
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=deployment)})
    (problem,) = project.stoppers(Command.DESTROY)
    assert problem.endswith("in the middle of kubernetes:helm.sh/v3:Release loki")


def test_an_update_is_done_again(machine: Machine, project: Project) -> None:
    begun(machine, "updating")
    assert project.inspect() == ()


@pytest.mark.parametrize(("command", "stops"), [(Command.UP, True), (Command.DESTROY, False)])
def test_a_release_in_whose_middle_helm_was_cut_off(
    machine: Machine, project: Project, server: str, command: Command, stops: bool
) -> None:
    config = machine.bin.parent / ".kube" / "config"
    config.parent.mkdir()
    context = {"name": "baremetal", "context": {"cluster": "c"}}
    cluster = {"name": "c", "cluster": {"server": server}}
    config.write_text(json.dumps({"contexts": [context], "clusters": [cluster]}))
    machine.install("kubectl", {"--context baremetal --request-timeout 20s get secrets": Reply(STUCK)})
    found = [each for each in project.inspect(command, "baremetal") if "Helm" in each.problem]
    assert [(each.problem, each.blocking) for each in found] == [
        ("Helm was cut off in the middle of kong/kong (pending-install), and refuses to go on", stops)
    ]
