"""What every test may use."""

import gc
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import hypothesis
import pytest

from charts import CACHE, POLICIES
from oneup.addonkit.addon import Addon
from oneup.checks import ChartLibrary
from oneup.plan import Json
from oneup.rehearsal.side_by_side import GC_THRESHOLD
from tests import ROOT

# A quarter of the suite's time is the search for garbage among the providers' classes; see side_by_side.py.
gc.set_threshold(GC_THRESHOLD)
# The same examples in every run, however busy the machine is.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None, database=None, max_examples=50)
hypothesis.settings.load_profile("suite")
CHARTS_MISSING = "the charts' data are not there: `make charts` fetches them"
HELM_MISSING = "helm is not there: `make tools TOOLS=helm` builds it"


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def charts_folder() -> Path:
    """The charts' values, schemas and CRDs: the folder that ``ONEUP_CHARTS`` names, from the top.

    Where it names none, what `make charts` has fetched, or the folder beside the project; with neither, what
    asks for it does not run (see ``tests/support/not_run.py``). A folder that is named must be there.
    """
    named = os.environ.get("ONEUP_CHARTS")
    for folder in [ROOT / named] if named else [CACHE, ROOT / "../shared/charts"]:
        if folder.is_dir():
            return folder
    if named:
        pytest.fail(f"ONEUP_CHARTS={named}: no folder {ROOT / named}")
    pytest.skip(CHARTS_MISSING)


@pytest.fixture(scope="session")
def charts(charts_folder: Path) -> ChartLibrary:
    """The charts' data."""
    return ChartLibrary(charts_folder)


@pytest.fixture(scope="session")
def published_policy(charts_folder: Path) -> Callable[[Addon], Mapping[str, Json]]:
    """The IAM policy that the project of an addon's chart publishes for the version that is pinned."""

    def published_policy(addon: Addon) -> Mapping[str, Json]:
        assert addon.chart
        (policy,) = [policy for policy in POLICIES if policy.chart == addon.chart.name]
        path = policy.path(charts_folder, addon.chart.version)
        assert path.is_file(), f"{path} is not there: `make charts` fetches it"
        return json.loads(path.read_text("utf-8"))

    return published_policy


def pytest_collection_finish() -> None:
    """Take what the tests have imported out of the search for garbage."""
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Leave the rest to the process's end: pytest would search it for garbage, five times over."""
    gc.freeze()
