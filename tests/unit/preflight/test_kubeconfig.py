"""The kubeconfig of a cluster that exists already."""

import os
from pathlib import Path

import pytest
import yaml

from tests.unit.preflight.conftest import Machine, Project

HOME_CONFIG = ".kube/config"


def kubeconfig(path: Path, context: str, server: str, command: str = "") -> None:
    user = {"exec": {"command": command, "apiVersion": "client.authentication.k8s.io/v1"}} if command else {}
    path.parent.mkdir(exist_ok=True)
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "contexts": [{"name": context, "context": {"cluster": "c-" + context, "user": "u-" + context}}],
        "clusters": [{"name": "c-" + context, "cluster": {"server": server}}],
        "users": [{"name": "u-" + context, "user": user}],
    }
    path.write_text(yaml.safe_dump(content))


def test_a_context_with_a_server_that_answers(project: Project, tmp_path: Path, server: str) -> None:
    kubeconfig(tmp_path / HOME_CONFIG, "baremetal", server)
    assert project.inspect(stack="baremetal") == ()


def test_no_kubeconfig_at_all(project: Project, tmp_path: Path) -> None:
    assert project.stoppers(stack="baremetal") == [f"there is no kubeconfig ({tmp_path / HOME_CONFIG})"]


def test_a_misspelt_context_is_told_the_others(project: Project, tmp_path: Path, server: str) -> None:
    kubeconfig(tmp_path / HOME_CONFIG, "kind-oneup", server)
    assert project.stoppers(stack="baremetal") == [
        "the kubeconfig has no context baremetal; it has: kind-oneup"
    ]


def test_the_files_of_the_environment_are_one(
    project: Project, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    kubeconfig(first, "kind-oneup", server)
    kubeconfig(second, "baremetal", server)
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join([str(first), str(second), str(tmp_path / "none")]))
    assert project.inspect(stack="baremetal") == ()


def test_the_stacks_own_kubeconfig_goes_first(project: Project, tmp_path: Path, server: str) -> None:
    kubeconfig(tmp_path / HOME_CONFIG, "other", server)
    kubeconfig(tmp_path / "lab" / "config", "baremetal", server)
    project.set("baremetal", "existing.kubeconfig", "~/lab/config")
    assert project.inspect(stack="baremetal") == ()


def test_a_login_program_must_be_there(
    machine: Machine, project: Project, tmp_path: Path, server: str
) -> None:
    kubeconfig(tmp_path / HOME_CONFIG, "baremetal", server, command="kubelogin")
    assert project.stoppers(stack="baremetal") == [
        "the context baremetal authenticates with kubelogin, which is not on PATH"
    ]
    machine.install("kubelogin")
    assert project.stoppers(stack="baremetal") == []


def test_a_server_that_does_not_answer(project: Project, tmp_path: Path, nobody: str) -> None:
    kubeconfig(tmp_path / HOME_CONFIG, "baremetal", nobody)
    assert project.stoppers(stack="baremetal") == [
        f"the Kubernetes API of baremetal ({nobody}) is not reachable"
    ]


@pytest.mark.parametrize("text", ["{", "[]", "contexts: 3"])
def test_something_else_in_the_file(project: Project, tmp_path: Path, text: str) -> None:
    path = tmp_path / HOME_CONFIG
    path.parent.mkdir()
    path.write_text(text)
    assert project.stoppers(stack="baremetal") == [f"{path} is not a kubeconfig"]
