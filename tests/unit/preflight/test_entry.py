"""Whoever deploys must be let into the cluster."""

import pytest

from oneup.plan import Plan
from oneup.preflight import Command
from tests.unit.preflight.conftest import AWS, STAGING_ACCOUNT, Machine, Project, says

ADMIN = f"arn:aws:iam::{STAGING_ACCOUNT}:role/teams/platform-admin"
USER = f"arn:aws:iam::{STAGING_ACCOUNT}:user/ada"


def session(role: str, account: str = STAGING_ACCOUNT) -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/ada"


@pytest.mark.parametrize(
    ("caller", "admins", "enters"),
    [
        (session("platform-admin"), [ADMIN], True),
        (session("deploy"), [ADMIN], False),
        (session("teams"), [ADMIN], False),
        (session("platform-admin"), ["arn:aws:iam::999988887777:role/platform-admin"], False),
        (session("ada"), [USER], False),
        (USER, [ADMIN, USER], True),
        (USER, [ADMIN], False),
        (f"arn:aws:iam::{STAGING_ACCOUNT}:root", [ADMIN], False),
    ],
)
def test_an_administrator_may_deploy(
    machine: Machine, project: Project, caller: str, admins: list[str], enters: bool
) -> None:
    project.set("staging", "cluster.access.admins", admins)
    machine.install("aws", {**AWS, "sts get-caller-identity": says(Account=STAGING_ACCOUNT, Arn=caller)})
    problems = project.stoppers()
    assert (problems == []) is enters
    assert all(problem.startswith(f"{caller} is not an administrator of the cluster") for problem in problems)


def test_who_only_previews_is_not_stopped(machine: Machine, project: Project) -> None:
    caller = says(Account=STAGING_ACCOUNT, Arn=session("preview"))
    machine.install("aws", {**AWS, "sts get-caller-identity": caller})
    assert project.stoppers(Command.UP) != []
    assert project.stoppers(Command.PREVIEW) == []


def test_the_stacks_own_role_is_always_admitted(machine: Machine, project: Project) -> None:
    role = f"arn:aws:iam::{STAGING_ACCOUNT}:role/deploy"
    project.set("staging", "aws.roleArn", role)
    keys = says(Credentials={"AccessKeyId": "ROLE", "SecretAccessKey": "s", "SessionToken": "t"})
    caller = says(Account=STAGING_ACCOUNT, Arn=session("deploy"))
    machine.install("aws", {**AWS, "sts assume-role": keys, "sts get-caller-identity": caller})
    assert project.stoppers() == []


@pytest.mark.parametrize(("purpose", "enters"), [("delivery-deploy", True), ("delivery-preview", False)])
def test_the_workflows_role_is_admitted_by_the_name_that_the_stack_gives_it(
    machine: Machine, project: Project, staging: Plan, purpose: str, enters: bool
) -> None:
    (role,) = [role for role in staging.of_type("aws:iam/role:Role") if role.name == purpose]
    caller = says(Account=STAGING_ACCOUNT, Arn=session(str(role.inputs["name"])))
    machine.install("aws", {**AWS, "sts get-caller-identity": caller})
    assert (project.stoppers() == []) is enters
