"""One stack rehearsed from its file to its folder."""

from pathlib import Path

import pytest

from oneup.policy import Severity, Violation
from oneup.rehearsal.durations import format_duration
from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult
from oneup.rehearsal.stack import rehearse_stack

OPEN = """
aws.Provider("aws", region="eu-central-1", allowed_account_ids=["111122223333"])
aws.s3.Bucket("open")
"""


def project(folder: Path, program: str, stack: str = "config: {}\n") -> RehearsalRequest:
    (folder / "__main__.py").write_text(f"import pulumi, pulumi_aws as aws\n{program}")
    (folder / "Pulumi.dev.yaml").write_text(stack)
    return RehearsalRequest(folder, "dev")


def test_a_stack_in_order_is_told_in_short(tmp_path: Path) -> None:
    outcome = rehearse_stack(project(tmp_path, "pulumi.export('a', 1)\npulumi.log.warn('take [care]')"))
    assert not outcome.failed
    assert (tmp_path / "build/dev/plan.json").exists()
    assert list(outcome.warnings) == ["take [care]"]


def test_a_broken_rule_fails_the_stack_and_its_plan_is_written(tmp_path: Path) -> None:
    outcome = rehearse_stack(project(tmp_path, OPEN))
    assert outcome.failed
    assert outcome.resource_counts["aws"] == {"Bucket": 1}
    assert (tmp_path / "build/dev/plan.json").exists()
    broken = [each.urn for each in outcome.violations if each.severity is Severity.MANDATORY]
    assert any(urn.endswith("aws:s3/bucket:Bucket::open") for urn in broken)


def test_advice_fails_nothing() -> None:
    advice = Violation("some-rule", Severity.ADVISORY, "urn:x", "rather not")
    assert not RehearsalResult(stack="dev", violations=[advice]).failed


@pytest.mark.parametrize(
    ("program", "stack", "message"),
    [
        pytest.param("1 / 0", "config: {}\n", "__main__.py:2: ZeroDivisionError", id="program"),
        pytest.param(
            "raise pulumi.RunError('Pulumi.dev.yaml: network.cidr: has host bits set')",
            "config: {}\n",
            "Pulumi.dev.yaml: network.cidr: has host bits set",
            id="settings",
        ),
        pytest.param("", "config: [\n", "Pulumi.dev.yaml: (file): is not YAML", id="stack file"),
        pytest.param(
            "aws.ec2.Vpc('v').id.apply(lambda i: aws.ec2.Vpc('w'))",
            "config: {}\n",
            "__main__.py:2: aws:ec2/vpc:Vpc w: is not in the first preview",
            id="two programs",
        ),
    ],
)
def test_an_error_is_told_and_leaves_the_files_alone(
    tmp_path: Path, program: str, stack: str, message: str
) -> None:
    rehearse_stack(project(tmp_path, "pulumi.export('a', 1)"))
    before = (tmp_path / "build/dev/plan.json").read_bytes()
    outcome = rehearse_stack(project(tmp_path, program, stack))
    assert outcome.failed
    assert message in outcome.error
    assert "Traceback" not in outcome.error
    assert (tmp_path / "build/dev/plan.json").read_bytes() == before


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.6, "1 min"), (45, "45 s"), (570, "9 min 30 s"), (3600, "60 min")]
)
def test_seconds_are_said_as_a_person_says_them(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
