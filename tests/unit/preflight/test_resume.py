"""After a command that was cut off, the state knows what there is."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner

from oneup import resume
from oneup.cli.app import app
from oneup.plan import JsonMap, Resource
from tests.unit.preflight.conftest import Machine, Project, Reply, fails, says

URN = "urn:pulumi:baremetal::oneup::oneup:platform:Addon${}::{}"
RELEASE = "kubernetes:helm.sh/v3:Release"


def resource(kind: str, name: str, /, **inputs: JsonMap | str) -> JsonMap:
    return {"urn": URN.format(kind, name), "type": kind, "custom": True, "inputs": inputs}


POLICY = resource(
    "kubernetes:networking.k8s.io/v1:NetworkPolicy", "deny", metadata={"namespace": "a", "name": "b"}
)
KIND = resource("kubernetes:core/v1:Namespace", "vault", metadata={"name": "vault"})
VAULT = resource(RELEASE, "vault", namespace="vault", name="vault")
ROLE = resource("aws:iam/role:Role", "external-dns", name="staging-external-dns")


def state(
    there: Sequence[JsonMap] = (), begun: Sequence[JsonMap] = (), updated: Sequence[JsonMap] = ()
) -> JsonMap:
    operations = [{"type": "creating", "resource": each} for each in begun]
    operations += [{"type": "updating", "resource": each} for each in updated]
    return {"version": 3, "deployment": {"resources": there, "pending_operations": operations}}


@pytest.mark.parametrize(
    ("made", "identifier"), [(POLICY, "a/b"), (KIND, "vault"), (VAULT, "vault/vault"), (ROLE, "")]
)
def test_ids_are_those_of_the_kubernetes_provider(made: JsonMap, identifier: str) -> None:
    assert resume.kubernetes_id(made) == identifier


def after(**given: Sequence[JsonMap]) -> Mapping[str, Sequence[JsonMap]]:
    """The deployment of a state once what was being made is taken for made."""
    return cast("Mapping[str, Sequence[JsonMap]]", adopted(state(**given))["deployment"])


def adopted(exported: JsonMap) -> JsonMap:
    return resume.adopted(exported, [each for each in resume.pending(exported) if resume.kubernetes_id(each)])


class TestAdopted:
    def test_what_was_being_made_is_taken_for_made(self) -> None:
        assert after(begun=[POLICY])["resources"] == [{**POLICY, "id": "a/b", "outputs": POLICY["inputs"]}]

    def test_of_others_the_state_keeps_its_doubt(self) -> None:
        assert resume.pending(adopted(state(begun=[ROLE, POLICY]))) == [ROLE]

    def test_a_release_that_was_being_removed_is_looked_for(self) -> None:
        operations = [{"type": "deleting", "resource": each} for each in (VAULT, KIND)]
        deployment: JsonMap = {"resources": [VAULT], "pending_operations": operations}
        assert resume.pending({"deployment": deployment}) == [VAULT]

    def test_an_update_is_in_doubt_no_more(self) -> None:
        assert after(there=[VAULT], begun=[POLICY], updated=[VAULT])["pending_operations"] == []

    def test_what_is_there_already_stays_as_it_is(self) -> None:
        known: JsonMap = {**POLICY, "id": "a/b", "outputs": "known"}
        assert after(there=[known], begun=[POLICY])["resources"] == [known]


def test_an_orphan_refers_to_what_the_state_knows() -> None:
    provider = "urn:pulumi:baremetal::oneup::pulumi:providers:kubernetes::kubernetes"
    there: JsonMap = {"urn": provider, "id": "1b2c"}
    planned = Resource(
        urn=str(POLICY["urn"]),
        type=str(POLICY["type"]),
        custom=True,
        provider=f"{provider}::kubernetes-id",
        dependencies=(provider, "urn:that:is:not:made:yet"),
    )
    made = resume.in_state(planned, state(there=[there]))
    assert made["provider"] == f"{provider}::1b2c"
    assert made["dependencies"] == [provider]


def test_a_release_is_whole_once_helm_says_deployed() -> None:
    whole = {**VAULT, "outputs": {"status": {"status": "deployed"}}}
    half = {**VAULT, "urn": "half", "outputs": {"status": {"status": "pending-install"}}}
    assert list(resume.half_installed(state(there=[whole, half, KIND]))) == ["half"]


@pytest.fixture
def place(machine: Machine, project: Project, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.chdir(project.folder)
    machine.install("kubectl")
    return machine


def run() -> tuple[int, str]:
    done = CliRunner().invoke(app, ["resume", "baremetal"])
    return done.exit_code, done.output


class TestCommand:
    def test_it_imports_refreshes_and_takes_away_what_is_half_installed(self, place: Machine) -> None:
        half = {**VAULT, "outputs": {"status": {"status": "pending-install"}}}
        exported = json.loads(json.dumps(state(there=[half], begun=[VAULT])))
        place.install("pulumi", {"stack export": says(**exported), "stack import": Reply(), "": Reply()})
        assert run()[0] == 0
        target = f"--target {VAULT['urn']}"
        deeds = [call for call in place.calls if "stack export" not in call and call.startswith("pulumi")]
        assert [call.split()[1] for call in deeds] == ["stack", "refresh", "destroy"]
        assert all(target in call for call in deeds[1:])

    def test_an_upgrade_that_helm_has_not_ended_is_forgotten(self, place: Machine) -> None:
        found = "vault vault pending-upgrade sh.helm.release.v1.vault.v2\n"
        found += "kong kong pending-install sh.helm.release.v1.kong.v1\n"
        place.install(
            "kubectl",
            {
                "--context baremetal --request-timeout 20s get secrets": Reply(found),
                "--context baremetal --request-timeout 20s delete secret": Reply(),
            },
        )
        place.install("pulumi", {"stack export": says(**json.loads(json.dumps(state())))})
        assert run()[0] == 0
        (deed,) = [call for call in place.calls if "delete" in call]
        assert "--namespace vault sh.helm.release.v1.vault.v2" in deed

    def test_what_it_cannot_look_for_is_named(self, place: Machine) -> None:
        place.install("pulumi", {"stack export": says(**json.loads(json.dumps(state(begun=[ROLE]))))})
        status, said = run()
        assert status == 3
        assert "aws:iam/role:Role external-dns" in said

    def test_a_state_that_is_locked_is_said(self, place: Machine) -> None:
        exported = json.loads(json.dumps(state(begun=[KIND])))
        refused = fails("error: the stack is currently locked by 1 lock(s)")
        place.install("pulumi", {"stack export": says(**exported), "stack import": refused})
        status, said = run()
        assert status == 3
        assert "locked" in said

    @pytest.mark.usefixtures("place")
    def test_settings_that_are_invalid_are_named(self, project: Project) -> None:
        project.set("baremetal", "gateway", 7)
        status, said = run()
        assert status == 3
        assert "gateway" in said
        assert "Traceback" not in said


def test_make_resumes_by_the_command(root: Path) -> None:
    argv = [
        "make",
        "--no-print-directory",
        "--dry-run",
        "--old-file=venv",
        "resume",
        "STACK=staging",
        "PY=python",
    ]
    done = subprocess.run(argv, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["python", "-m", "oneup", "resume", '"staging"']
