"""What every test may use."""

import gc
import os
from pathlib import Path

import hypothesis
import pytest

from oneup.checks import Charts
from oneup.rehearsal.side_by_side import FEW_COLLECTIONS

pytest_plugins = ["tests.plans"]

ROOT = Path(__file__).resolve().parent.parent
# Kubernetes versions go out of support; the tests, and the programs that they start, do not.
os.environ["ONEUP_TODAY"] = "2026-11-21"
# A quarter of the suite's time is the search for garbage among the providers' classes; see side_by_side.py.
gc.set_threshold(FEW_COLLECTIONS)
# The same examples in every run, however busy the machine is.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("suite")
CHARTS_MISSING = "ONEUP_CHARTS names no folder with the charts' data"


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def charts_folder() -> Path:
    """The charts' values, schemas and CRDs: the folder that ``ONEUP_CHARTS`` names, from the top.

    Where it names none, the folder beside the project is taken if it is there; if not, what asks for it
    does not run, and the summary says so. A folder that is named must be there.
    """
    named = os.environ.get("ONEUP_CHARTS")
    folder = ROOT / (named or "../shared/charts")
    if not folder.is_dir():
        if named:
            pytest.fail(f"ONEUP_CHARTS={named}: no folder {folder}")
        pytest.skip(CHARTS_MISSING)
    return folder


@pytest.fixture(scope="session")
def charts(charts_folder: Path) -> Charts:
    """The charts' data."""
    return Charts(charts_folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly which checks did not run; a skipped test is easily taken for a passed one."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report, pytest.TestReport) and CHARTS_MISSING in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.section("NOT RUN", yellow=True, bold=True)
        terminalreporter.line(f"{len(skipped)} checks of Helm values against their charts:", yellow=True)
        terminalreporter.line(f"{CHARTS_MISSING}. `.ci/run` runs them.", yellow=True)
