"""The secrets that the platform reads by name."""

import pytest

from oneup.plan import Json
from oneup.preflight import Command
from tests.unit.preflight.conftest import AWS, Machine, Project, Reply, fails

KNOBS = "addons.argoCd.notifications"
SECRET = "secretsmanager describe-secret"
MISSING = fails("An error occurred (ResourceNotFoundException) when calling DescribeSecret: not there")


def answering(machine: Machine, reply: Reply) -> None:
    machine.install("aws", {**AWS, SECRET: reply})


def test_a_secret_that_is_there_is_not_read(machine: Machine, project: Project) -> None:
    assert project.inspect() == ()
    assert any(SECRET in call for call in machine.calls)
    assert not any("get-secret-value" in call for call in machine.calls)


def test_a_missing_secret_is_remarked_with_the_command_that_makes_it(
    machine: Machine, project: Project
) -> None:
    answering(machine, MISSING)
    project.set("staging", f"{KNOBS}.slack", {"channel": "deliveries"})
    (finding,) = project.inspect()
    assert not finding.blocking
    assert "oneup/staging/argocd-notifications" in finding.problem
    assert "aws secretsmanager create-secret --region eu-central-1" in finding.fix
    assert "slack-token, github-private-key" in finding.fix


def test_the_secret_is_below_the_stacks_own_prefix(machine: Machine, project: Project) -> None:
    answering(machine, MISSING)
    project.set("staging", "addons.externalSecrets.prefix", "teams/platform")
    (finding,) = project.inspect()
    assert "--name teams/platform/argocd-notifications " in finding.fix


def test_each_that_is_missing_is_remarked_with_its_keys(machine: Machine, project: Project) -> None:
    answering(machine, MISSING)
    told = {"slack": {"channel": "#platform", "secret": "told"}, "pagerduty": {"secret": "told"}}
    project.set("staging", "addons.kubePrometheusStack.alertmanager", told)
    _, shared = project.inspect()
    assert (
        "Secrets Manager has no secret oneup/staging/told: until it exists, Alertmanager does not reach PagerDuty"
        in shared.problem
    )
    assert "a JSON object with the keys routingKey, url" in shared.fix


def test_what_may_not_be_asked_is_only_remarked(machine: Machine, project: Project) -> None:
    answering(machine, fails("An error occurred (AccessDeniedException)"))
    (finding,) = project.inspect()
    assert (finding.blocking, "secretsmanager:DescribeSecret" in finding.fix) == (False, True)


@pytest.mark.parametrize(
    ("key", "value"),
    [(f"{KNOBS}.github", None), ("addons.externalSecrets.enabled", False)],
    ids=["nobody is told", "the Secret is made by hand"],
)
def test_where_no_secret_is_read_none_is_asked_for(
    machine: Machine, project: Project, key: str, value: Json
) -> None:
    answering(machine, MISSING)
    project.set("staging", key, value)
    project.inspect()
    assert not any(SECRET in call for call in machine.calls)


def test_who_destroys_is_not_asked(machine: Machine, project: Project) -> None:
    project.inspect(Command.DESTROY)
    assert not any(SECRET in call for call in machine.calls)
