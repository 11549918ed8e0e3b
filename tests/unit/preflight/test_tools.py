"""The programs on PATH."""

import sys

import pytest

from oneup.preflight.tools import parse_version
from tests.unit.preflight.conftest import AWS, PULUMI, Machine, Project, Reply, fails


def test_nothing_is_missing_on_a_machine_that_has_all(project: Project) -> None:
    assert project.inspect() == ()


def test_everything_that_is_missing_is_named_at_once(machine: Machine, project: Project) -> None:
    for tool in ("pulumi", "aws", "kubectl"):
        machine.remove(tool)
    problems = [finding.problem for finding in project.inspect()]
    assert [problem.split(" on PATH")[0] for problem in problems] == [
        "the Pulumi CLI is not",
        "the aws CLI is not",
        "kubectl is not",
    ]


@pytest.mark.parametrize(("system", "installer"), [("darwin", "brew install"), ("linux", "curl -fsSL")])
def test_the_fix_is_this_systems_command(
    machine: Machine, project: Project, monkeypatch: pytest.MonkeyPatch, system: str, installer: str
) -> None:
    machine.remove("pulumi")
    monkeypatch.setattr(sys, "platform", system)
    assert [finding.fix.startswith(installer) for finding in project.inspect()] == [True]


def test_kubectl_is_no_condition(machine: Machine, project: Project) -> None:
    machine.remove("kubectl")
    assert [finding.blocking for finding in project.inspect()] == [False]


@pytest.mark.parametrize(("answer", "stops"), [("v3.1.0", False), ("v2.25.2", True)])
def test_a_cli_older_than_the_sdk_is_remarked_and_another_major_refused(
    machine: Machine, project: Project, answer: str, stops: bool
) -> None:
    machine.install("pulumi", {**PULUMI, "version": Reply(answer)})
    findings = project.inspect()
    assert [(answer[1:] in finding.problem, finding.blocking) for finding in findings] == [(True, stops)]


def test_a_newer_cli_is_welcome(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "version": Reply("v3.999.0")})
    assert project.inspect() == ()


def test_a_cli_that_does_not_answer_is_reported_with_its_reason(machine: Machine, project: Project) -> None:
    machine.install("pulumi", {**PULUMI, "version": fails("error: bad CPU type in executable")})
    assert "bad CPU type in executable" in project.stoppers()[0]


def test_an_aws_cli_too_old_for_eks_is_refused(machine: Machine, project: Project) -> None:
    machine.install("aws", {**AWS, "--version": Reply(err="aws-cli/1.18.69 Python/3.8.10")})
    assert project.stoppers() == ["the aws CLI is too old for EKS (1.18.69)"]


def test_baremetal_needs_no_aws_cli(machine: Machine, project: Project) -> None:
    machine.remove("aws")
    assert not [problem for problem in project.stoppers(stack="baremetal") if "aws CLI" in problem]


@pytest.mark.parametrize(
    ("text", "version"), [("v3.272.0", (3, 272, 0)), ("aws-cli/2.31.0 Python/3.13", (2, 31, 0)), ("?", ())]
)
def test_parse_version(text: str, version: tuple[int, ...]) -> None:
    assert parse_version(text) == version
