"""What the account has once for all its stacks."""

import pytest

from oneup.plan import Json
from oneup.preflight import Command
from tests.unit.preflight.conftest import AWS, Machine, Project, Reply, fails, says

DETECTOR = "12abc34d567e8fa901bc2d34e56789f0"


def detector(stack: str = "other", **states: str) -> Reply:
    """A detector's description, by the status of its features."""
    below = [{"Name": name, "Status": status} for name, status in states.items() if name.startswith("EKS_AD")]
    features: Json = [
        {"Name": name, "Status": status, "AdditionalConfiguration": below}
        for name, status in states.items()
        if not name.startswith("EKS_AD")
    ]
    return says(Tags={"stack": stack}, Features=features)


@pytest.fixture
def guarded(project: Project) -> Project:
    project.set("staging", "audit", {"guardDuty": True})
    return project


def answering(machine: Machine, described: Reply, *ids: str) -> None:
    listed = says(DetectorIds=[*ids])
    machine.install("aws", {**AWS, "guardduty list-detectors": listed, "guardduty get-detector": described})


@pytest.mark.parametrize(("state", "stops"), [("ACTIVE", []), ("INACTIVE", [True])])
def test_shield_asks_for_a_subscription(
    machine: Machine, project: Project, state: str, stops: list[bool]
) -> None:
    project.set("staging", "edge.shield", True)
    machine.install("aws", {**AWS, "shield get-subscription-state": says(SubscriptionState=state)})
    findings = project.inspect()
    assert [finding.blocking for finding in findings] == stops
    assert all("set edge.shield: false" in finding.fix for finding in findings)


def test_what_may_not_be_asked_is_only_remarked(machine: Machine, guarded: Project) -> None:
    guarded.set("staging", "edge.shield", True)
    denied = fails("An error occurred (AccessDeniedException)")
    machine.install("aws", {**AWS, "shield": denied, "guardduty": denied})
    findings = guarded.inspect()
    assert [finding.blocking for finding in findings] == [False, False]
    assert "shield:GetSubscriptionState" in findings[0].fix
    assert "guardduty:ListDetectors" in findings[1].fix


def test_an_account_without_a_detector_gets_one(machine: Machine, guarded: Project) -> None:
    answering(machine, fails("asked for nothing"))
    assert guarded.inspect() == ()


def test_the_stacks_own_detector_is_fine(machine: Machine, guarded: Project) -> None:
    answering(machine, detector("staging"), DETECTOR)
    assert guarded.inspect() == ()


def test_another_detector_stops_with_the_setting_that_uses_it(machine: Machine, guarded: Project) -> None:
    answering(machine, detector(), DETECTOR)
    (finding,) = guarded.inspect()
    assert finding.blocking
    assert finding.fix.startswith(f"set audit.detector: {DETECTOR};")


@pytest.mark.parametrize("command", [Command.PREVIEW, Command.UP])
def test_a_given_detector_is_remarked_on_where_it_lacks_something(
    machine: Machine, guarded: Project, command: Command
) -> None:
    guarded.set("staging", "audit.detector", DETECTOR)
    answering(machine, detector(RUNTIME_MONITORING="ENABLED", EKS_ADDON_MANAGEMENT="ENABLED"), DETECTOR)
    findings = guarded.inspect(command)
    assert [finding.blocking for finding in findings] == [False, False]
    assert findings[0].problem.endswith("has EKS_AUDIT_LOGS DISABLED")
    assert findings[1].problem.endswith("has EKS_ADDON_MANAGEMENT ENABLED")


def test_a_given_detector_that_has_all_is_fine(machine: Machine, guarded: Project) -> None:
    guarded.set("staging", "audit.detector", DETECTOR)
    answering(machine, detector(EKS_AUDIT_LOGS="ENABLED", RUNTIME_MONITORING="ENABLED"), DETECTOR)
    assert guarded.inspect() == ()


def test_a_given_detector_that_is_not_there_stops(machine: Machine, guarded: Project) -> None:
    guarded.set("staging", "audit.detector", DETECTOR)
    answering(machine, fails("An error occurred (BadRequestException)"))
    assert DETECTOR in guarded.stoppers()[0]


def test_nothing_is_asked_for_what_is_off_or_goes(machine: Machine, project: Project) -> None:
    project.inspect()
    project.set("staging", "edge.shield", True)
    project.inspect(Command.DESTROY)
    assert not [call for call in machine.calls if "shield" in call or "guardduty" in call]
