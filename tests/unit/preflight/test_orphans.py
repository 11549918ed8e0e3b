"""What a cancelled command has made, and the state does not know, is found before the next one."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from oneup.plan import Json
from oneup.preflight import Command, Finding
from oneup.preflight.orphans import orphans
from tests.unit.preflight.conftest import PULUMI, Machine, Project, Reply, fails, says

PROVIDER = "urn:pulumi:baremetal::oneup::pulumi:providers:kubernetes::kubernetes"
IN_STATE = {"urn": PROVIDER, "type": "pulumi:providers:kubernetes", "id": "1b2c"}
STATE: Json = {"resources": [IN_STATE]}
KUBECTL = "--context baremetal --request-timeout 20s"
ROLE = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole"}
ADMIN = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole platform-admin"


def live(manager: str, name: str = "platform-admin") -> Json:
    return {**ROLE, "metadata": {"name": name, "managedFields": [{"manager": manager}]}}


@pytest.fixture
def place(machine: Machine, project: Project, root: Path, server: str) -> Project:
    """A cluster that can be reached, and the program."""
    shutil.copy(root / "__main__.py", project.folder)
    config = machine.bin.parent / ".kube" / "config"
    config.parent.mkdir()
    context = {"name": "baremetal", "context": {"cluster": "c"}}
    cluster = {"name": "c", "cluster": {"server": server}}
    config.write_text(json.dumps({"contexts": [context], "clusters": [cluster]}))
    return project


def holding(machine: Machine, objects: Reply, stuck: str = "") -> None:
    replies = {f"{KUBECTL} get --filename": objects, f"{KUBECTL} get secrets": Reply(stuck)}
    machine.install("kubectl", replies)


def after(machine: Machine, *updates: Json) -> None:
    """The stack's last commands, the newest first."""
    history = Reply(json.dumps(updates))
    machine.install("pulumi", {**PULUMI, "stack export": says(deployment=STATE), "stack history": history})


def left(findings: Sequence[Finding]) -> list[str]:
    """What an interrupted command is said to have left."""
    return [
        each.problem.partition("does not know: ")[2] for each in findings if "does not know" in each.problem
    ]


FAILED: Json = {"kind": "update", "result": "failed"}
FINE: Json = {"kind": "update", "result": "succeeded"}
REFRESHED: Json = {"kind": "refresh", "result": "succeeded"}


class TestFinding:
    @pytest.mark.parametrize("command", [Command.UP, Command.DESTROY])
    def test_it_stops_with_names_and_the_way(
        self, machine: Machine, place: Project, command: Command
    ) -> None:
        after(machine, REFRESHED, FAILED, FINE)
        holding(machine, says(items=[live("pulumi-kubernetes-1a2b3c4d")]))
        found = place.inspect(command, "baremetal")
        assert left(found) == [ADMIN]
        assert [each.blocking for each in found if ADMIN in each.problem] == [True]
        assert "make resume STACK=baremetal" in next(each.fix for each in found if ADMIN in each.problem)

    def test_a_preview_does_not_ask(self, machine: Machine, place: Project) -> None:
        after(machine, FAILED)
        holding(machine, says(items=[live("pulumi-kubernetes-1a2b3c4d")]))
        assert left(place.inspect(Command.PREVIEW, "baremetal")) == []

    @pytest.mark.parametrize("updates", [[], [FINE, FAILED], [REFRESHED]])
    def test_after_a_command_that_succeeded_nothing_is_asked(
        self, machine: Machine, place: Project, updates: Sequence[Json]
    ) -> None:
        after(machine, *updates)
        holding(machine, says(items=[live("pulumi-kubernetes-1a2b3c4d")]))
        assert left(place.inspect(Command.UP, "baremetal")) == []
        assert not [call for call in machine.calls if "--filename" in call]


class TestOrphans:
    def found(self, place: Project, state: Json = STATE) -> list[str]:
        exported = json.dumps({"deployment": state})
        reach = ("kubectl", *KUBECTL.split())
        return [each.name for each in orphans(place.folder, "baremetal", exported, reach)]

    def test_what_others_made_is_left_alone(self, machine: Machine, place: Project) -> None:
        holding(machine, says(items=[live("kubectl-client-side-apply")]))
        assert self.found(place) == []

    def test_one_object_is_no_list(self, machine: Machine, place: Project) -> None:
        holding(machine, Reply(json.dumps(live("pulumi-kubernetes-1a2b3c4d"))))
        assert self.found(place) == ["platform-admin"]

    def test_each_kind_is_asked_for_by_itself(self, machine: Machine, place: Project) -> None:
        """One that is not served yet spoils the whole answer of kubectl."""
        holding(machine, says(items=[live("pulumi-kubernetes-1a2b3c4d")]))
        assert self.found(place) == ["platform-admin"]
        assert len([call for call in machine.calls if "get --filename" in call]) > 10

    def test_no_answer_is_no_orphan(self, machine: Machine, place: Project) -> None:
        holding(machine, fails("Unable to connect to the server"))
        assert self.found(place) == []

    def test_what_the_state_knows_is_none(self, machine: Machine, place: Project) -> None:
        urn = "urn:pulumi:baremetal::oneup::oneup:platform:Workspace$kubernetes:{}::platform-admin"
        known = {"urn": urn.format("rbac.authorization.k8s.io/v1:ClusterRole"), "type": "any"}
        holding(machine, says(items=[live("pulumi-kubernetes-1a2b3c4d")]))
        assert self.found(place, {"resources": [IN_STATE, known]}) == []

    @pytest.mark.parametrize("status", ["pending-install", "deployed", "failed"])
    def test_a_release_that_the_state_does_not_know(
        self, machine: Machine, place: Project, status: str
    ) -> None:
        revision = f"ingress-system kong {status} sh.helm.release.v1.kong.v1"
        holding(machine, Reply(), f"{revision} pulumi-kubernetes\n")
        assert self.found(place) == ["kong"]
        holding(machine, Reply(), f"{revision} helm\n{revision}\n")
        assert self.found(place) == []

    def test_without_a_provider_nothing_was_made(self, machine: Machine, place: Project) -> None:
        assert self.found(place, {"resources": []}) == []
        assert machine.calls == []
