"""The cluster that runs already: its version, its protection, the way to it."""

import pytest

from oneup.preflight import Command
from oneup.settings.names import cluster_name
from tests.unit.preflight.conftest import AWS, Machine, Project, Reply, fails, says


def running(version: str, endpoint: str = "", protected: bool = False) -> dict[str, Reply]:
    cluster = says(cluster={"version": version, "endpoint": endpoint, "deletionProtection": protected})
    named = "eks describe-cluster --name oneup-staging"  # before the rest: the first that fits answers
    return {named: cluster, **AWS, "eks describe-cluster": fails("another name was asked for")}


@pytest.fixture(autouse=True)
def at_1_35(project: Project) -> None:
    project.set("staging", "cluster.version", "1.35")


@pytest.mark.parametrize("version", ["1.34", "1.35"])
def test_one_minor_version_at_a_time_is_fine(machine: Machine, project: Project, version: str) -> None:
    machine.install("aws", running(version))
    assert project.inspect() == ()


@pytest.mark.parametrize("command", [Command.PREVIEW, Command.UP])
def test_a_skip_is_refused_with_the_next_step(machine: Machine, project: Project, command: Command) -> None:
    machine.install("aws", running("1.33"))
    (finding,) = project.inspect(command)
    assert finding.blocking
    assert finding.problem.startswith("oneup-staging runs Kubernetes 1.33 and cluster.version is 1.35")
    assert finding.fix.startswith(
        'set cluster.version: "1.34" in Pulumi.staging.yaml, `make up STACK=staging`'
    )


def test_a_way_back_is_refused(machine: Machine, project: Project) -> None:
    machine.install("aws", running("1.36"))
    (problem,) = project.stoppers()
    assert problem.endswith("EKS cannot downgrade")


def test_a_destroy_minds_no_version(machine: Machine, project: Project) -> None:
    machine.install("aws", running("1.33"))
    assert project.inspect(Command.DESTROY) == ()


def test_a_protected_cluster_is_not_destroyed_half(machine: Machine, project: Project) -> None:
    machine.install("aws", running("1.35", protected=True))
    assert project.inspect(Command.UP) == ()
    (finding,) = project.inspect(Command.DESTROY)
    assert finding.blocking
    assert "deletionProtection: false in Pulumi.staging.yaml" in finding.fix


@pytest.mark.parametrize("command", list(Command))
def test_an_api_that_answers_is_fine(
    machine: Machine, project: Project, server: str, command: Command
) -> None:
    machine.install("aws", running("1.35", server))
    assert project.inspect(command) == ()


def test_an_api_that_does_not_answer_points_to_the_allow_list(
    machine: Machine, project: Project, nobody: str
) -> None:
    machine.install("aws", running("1.35", nobody))
    (finding,) = project.inspect()
    assert finding.problem == "the Kubernetes API of oneup-staging is not reachable from this machine"
    assert "allowedCidrs (203.0.113.0/24)" in finding.fix


def test_a_private_api_that_does_not_answer_points_into_the_vpc(
    machine: Machine, project: Project, nobody: str
) -> None:
    project.set("staging", "cluster.endpoint", {"public": False, "private": True})
    machine.install("aws", running("1.35", nobody))
    (finding,) = project.inspect()
    assert finding.blocking
    assert "inside the VPC" in finding.fix


def test_a_private_api_is_remarked_before_there_is_one(project: Project) -> None:
    project.set("staging", "cluster.endpoint", {"public": False, "private": True})
    (finding,) = project.inspect()
    assert not finding.blocking
    assert "will only be reachable inside the VPC" in finding.problem


def test_behind_a_proxy_the_way_is_taken_for_granted(
    machine: Machine, project: Project, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    machine.install("aws", running("1.35", nobody))
    assert project.inspect() == ()


def test_a_cluster_that_we_may_not_see_is_remarked(machine: Machine, project: Project) -> None:
    machine.install("aws", {**AWS, "eks describe-cluster": fails("(AccessDeniedException) not authorized")})
    (finding,) = project.inspect()
    assert not finding.blocking
    assert finding.fix == "allow eks:DescribeCluster"


def test_the_cluster_is_asked_for_by_the_name_that_the_foundation_gives_it(
    machine: Machine, project: Project
) -> None:
    project.inspect()
    (asked,) = [call for call in machine.calls if "describe-cluster" in call]
    assert f"--name {cluster_name('staging')} " in asked
