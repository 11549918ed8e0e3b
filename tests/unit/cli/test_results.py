"""How the result of a rehearsal reads."""

from io import StringIO

from oneup.cli.console import results
from oneup.cli.results import print_results
from oneup.policy import Severity, Violation
from oneup.rehearsal.outcome import RehearsalResult


def said(*outcomes: RehearsalResult, detailed: bool = False) -> str:
    told = StringIO()
    print_results(outcomes, detailed=detailed, seconds=2.4, console=results(told))
    return told.getvalue()


def finding(severity: Severity) -> Violation:
    return Violation("some-rule", severity, "urn:x", "rather [not]")


def test_warnings_and_findings_stand_below_their_stack() -> None:
    outcome = RehearsalResult(
        stack="dev", warnings=["take [care]"], violations=[finding(Severity.ADVISORY)], seconds=90
    )
    assert said(outcome).splitlines() == [
        "✓ dev  0 resources, 0 addons, 1 min 30 s predicted, 1 finding  build/dev/report.html",
        "    warning take [care]",
        "    advisory some-rule urn:x",
        "      rather [not]",
    ]


def test_a_key_is_no_picture_of_a_letter() -> None:
    assert "oneup:a: given twice" in said(RehearsalResult(stack="dev", error="oneup:a: given twice"))


def test_the_last_line_says_where_it_fails() -> None:
    outcomes = [
        RehearsalResult(stack="a"),
        RehearsalResult(stack="b", violations=[finding(Severity.MANDATORY)]),
        RehearsalResult(stack="c", error="no"),
    ]
    assert said(*outcomes).splitlines()[-1] == "2 of 3 stacks fail: b, c, 1 finding, 2 s"


def test_the_last_line_says_that_all_pass() -> None:
    outcomes = [RehearsalResult(stack="a", warnings=["x", "y"]), RehearsalResult(stack="b")]
    assert said(*outcomes).splitlines()[-1] == "2 stacks pass, 2 warnings, 2 s"


def test_the_most_frequent_types_are_named() -> None:
    many = {f"Kind{number}": 20 - number for number in range(12)}
    outcome = RehearsalResult(stack="dev", resource_counts={"aws": many, "eks": {"Cluster": 1}})
    text = " ".join(said(outcome, detailed=True).split())
    assert "aws 174: 20 Kind0, 19 Kind1" in text
    assert "13 Kind7, 4 more types eks 1: 1 Cluster" in text
