"""A test that did not run: a failure in CI, and elsewhere named at the end, where it cannot be overlooked."""

import os
from collections import Counter
from collections.abc import Generator
from typing import Final

import pytest

IN_CI: Final = "CI"
"""Set by GitHub, GitLab and `.ci/run`."""


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why it was skipped."""
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")


def _judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(IN_CI):
        report.longrepr = f"not run, which is a failure in CI: {_reason(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge a skipped test."""
    report = yield
    _judge(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge a skipped module."""
    report = yield
    _judge(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what did not run, and why."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report, pytest.TestReport | pytest.CollectReport)
    ]
    if skipped:
        terminalreporter.section("NOT RUN", yellow=True, bold=True)
    for reason, count in Counter(_reason(report) for report in skipped).items():
        terminalreporter.line(f"{count} tests: {reason}.", yellow=True)
