"""Credentials, account, quotas."""

import pytest

from oneup.preflight import Command
from tests.unit.preflight.conftest import AWS, STAGING_ACCOUNT, Machine, Project, fails, says

ROLE = f"arn:aws:iam::{STAGING_ACCOUNT}:role/deploy"


def test_credentials_that_do_not_work_are_reported_with_the_reason(
    machine: Machine, project: Project
) -> None:
    expired = fails("An error occurred (ExpiredToken): The security token included in the request is expired")
    machine.install("aws", {**AWS, "sts get-caller-identity": expired})
    (finding,) = project.inspect()
    assert "token included in the request is expired" in finding.problem
    assert finding.fix.startswith("aws sso login")


def test_the_credentials_of_another_account_are_refused(machine: Machine, project: Project) -> None:
    other = says(Account="999988887777", Arn="arn:aws:iam::999988887777:user/ada")
    machine.install("aws", {**AWS, "sts get-caller-identity": other})
    (problem,) = project.stoppers()
    assert STAGING_ACCOUNT in problem
    assert "arn:aws:iam::999988887777:user/ada" in problem


def test_everything_is_asked_in_the_stacks_region(machine: Machine, project: Project) -> None:
    project.inspect()
    asked = [call for call in machine.calls if call.startswith("aws ") and "--version" not in call]
    assert asked
    assert all("--region eu-central-1" in call for call in asked)


def test_the_stacks_role_is_assumed_and_used(machine: Machine, project: Project) -> None:
    project.set("staging", "aws.roleArn", ROLE)
    keys = says(Credentials={"AccessKeyId": "ROLE", "SecretAccessKey": "s", "SessionToken": "t"})
    machine.install("aws", {**AWS, f"sts assume-role --role-arn {ROLE}": keys})
    assert project.inspect() == ()
    asked = [call for call in machine.calls if call.startswith(("aws sts", "aws eks"))]
    assert [call.split()[2] for call in asked] == ["assume-role", "get-caller-identity", "describe-cluster"]
    assert [call.split("key=")[1] for call in asked] == ["none", "ROLE", "ROLE"]


def test_a_role_that_does_not_trust_us_is_named(machine: Machine, project: Project) -> None:
    project.set("staging", "aws.roleArn", ROLE)
    machine.install(
        "aws", {**AWS, "sts assume-role": fails("An error occurred (AccessDenied): not authorized")}
    )
    (problem,) = project.stoppers()
    assert problem.startswith(f"the role {ROLE} cannot be assumed")


def test_a_full_quota_stops_with_the_command_that_raises_it(machine: Machine, project: Project) -> None:
    machine.install("aws", {**AWS, "ec2 describe-vpcs": says(Vpcs=["vpc"] * 5)})
    (finding,) = project.inspect()
    assert finding.blocking
    assert "the quota of VPCs in the region is 5; 5 are in use, and the stack needs 1" in finding.problem
    assert finding.fix.endswith(
        "--service-code vpc --quota-code L-F678F1CE --desired-value 6 --region eu-central-1"
    )


@pytest.mark.parametrize(("used", "fits"), [(0, True), (3, True), (4, True), (5, False), (6, False)])
def test_what_a_quota_just_holds_fits(machine: Machine, project: Project, used: int, fits: bool) -> None:
    machine.install("aws", {**AWS, "ec2 describe-vpcs": says(Vpcs=["vpc"] * used)})
    assert (not [problem for problem in project.stoppers() if "VPCs" in problem]) is fits


@pytest.mark.parametrize(("used", "fits"), [(2, True), (3, False), (4, False)])
def test_a_gateway_in_each_zone_just_fits(machine: Machine, project: Project, used: int, fits: bool) -> None:
    project.set("staging", "network.nat", "per-zone")
    machine.install("aws", {**AWS, "ec2 describe-addresses": says(Addresses=["address"] * used)})
    assert (not [problem for problem in project.stoppers() if "Elastic IP" in problem]) is fits


@pytest.mark.parametrize(("nat", "fits"), [("none", True), ("single", True), ("per-zone", False)])
def test_each_nat_gateway_needs_an_address(machine: Machine, project: Project, nat: str, fits: bool) -> None:
    project.set("staging", "network.nat", nat)
    if nat == "none":
        endpoints: list[str] = ["ecr.api", "ecr.dkr", "sts", "ec2", "elasticloadbalancing", "logs", "ssm"]
        project.set("staging", "network.interfaceEndpoints", endpoints)
    machine.install("aws", {**AWS, "ec2 describe-addresses": says(Addresses=["address"] * 3)})
    assert (not [problem for problem in project.stoppers() if "Elastic IP" in problem]) is fits


def test_a_quota_that_we_may_not_see_is_only_remarked(machine: Machine, project: Project) -> None:
    machine.install("aws", {**AWS, "service-quotas get-service-quota": fails("AccessDenied")})
    findings = project.inspect()
    assert [finding.blocking for finding in findings] == [False, False]
    assert all("servicequotas:GetServiceQuota" in finding.fix for finding in findings)


def test_a_destroy_asks_for_no_quota(machine: Machine, project: Project) -> None:
    project.inspect(Command.DESTROY)
    assert not [call for call in machine.calls if "quota" in call]
