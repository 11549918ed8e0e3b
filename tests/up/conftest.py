"""One engine, cluster and set of charts for each stack; the proofs share them, in the order of the files."""

import os
import random
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests import ROOT
from tests.cluster.harness.summary import Summary
from tests.up.engine import charts, repositories, simulated
from tests.up.engine.cluster import Cluster, Site, running
from tests.up.engine.command import Done, Engine
from tests.up.engine.states import EXPECTED

LOGS = ROOT / "build" / "up-test"
SUMMARY = pytest.StashKey[Summary]()
BROKEN = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty summary."""
    config.stash[SUMMARY] = Summary()
    config.stash[BROKEN] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every proof once per stack, or for the stack that STACK names."""
    if "stack" in metafunc.fixturenames:
        only = os.environ.get("STACK")
        known = sorted(file.name.split(".")[1] for file in ROOT.glob("Pulumi.*.yaml"))
        metafunc.parametrize("stack", [only] if only else known, indirect=True, scope="session")


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note the first failure of a stack: what comes after it stands on what it left."""
    if call.excinfo and not call.excinfo.errisinstance(pytest.skip.Exception):
        item.config.stash[BROKEN].setdefault(_stack_of(item), item.name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail in one line what cannot be asked any more."""
    if (stack := _stack_of(item)) and (first := item.config.stash[BROKEN].get(stack)):
        pytest.fail(f"not asked: see {first}", pytrace=False)


def _stack_of(item: pytest.Item) -> str:
    return str(item.callspec.params.get("stack", "")) if isinstance(item, pytest.Function) else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures, and keep them."""
    summary = config.stash[SUMMARY]
    summary.write(LOGS / "-".join(filter(None, ("summary", os.environ.get("STACK")))))
    terminalreporter.section("up-test")
    for line in summary.lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> str:
    """The stack at hand."""
    return str(request.param)


@pytest.fixture(scope="session")
def summary(request: pytest.FixtureRequest) -> Summary:
    """Where figures go."""
    made = request.config.stash[SUMMARY]
    made.simulated.update(simulated.SIMULATED)
    made.simulated.update(f"differs from the plan by kind: {each}" for each in EXPECTED)
    return made


@pytest.fixture(scope="session")
def dice(stack: str, summary: Summary) -> random.Random:
    """Chance that can be had again: UP_TEST_SEED is printed."""
    seed = int(os.environ.get("UP_TEST_SEED") or time.time())
    summary.note(stack, f"UP_TEST_SEED={seed}")
    return random.Random(seed)


@pytest.fixture(scope="session")
def plan(stack: str) -> Path:
    """What the rehearsal says."""
    file = ROOT / "build" / stack / "plan.json"
    if not file.exists():
        raise LookupError(f"{stack} is not rehearsed; run `make rehearse` first")
    return file


@pytest.fixture(scope="session")
def served(
    stack: str, plan: Path, summary: Summary, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[repositories.Repositories]:
    """The repositories of all charts that the stack asks for."""
    named = os.environ.get("ONEUP_CHART_SOURCES")
    data, sources = Path(os.environ["ONEUP_CHARTS"]), ROOT / named if named else None
    # Those of other stacks too: an edit may switch them on.
    others = sorted(file for file in (ROOT / "build").glob("*/plan.json") if file != plan)
    packed = list(charts.pack(charts.wanted((plan, *others)), data, sources))
    for real in (True, False):
        names = sorted(chart.wanted.name for chart in packed if chart.real is real)
        if names:
            summary.note(stack, f"{'real charts' if real else 'stand-ins for charts'}: {', '.join(names)}")
    made = repositories.serve(packed, tmp_path_factory.mktemp("charts"))
    yield made
    made.stop()


@pytest.fixture(scope="session")
def cluster(stack: str, summary: Summary) -> Generator[Cluster]:
    """A cluster with nothing of the stack in it."""
    start = time.monotonic()
    site = Site.of(ROOT / f"Pulumi.{stack}.yaml")
    with running(LOGS / stack / "cluster", site, Path(os.environ["ONEUP_CHARTS"])) as made:
        summary.took(stack, "the control plane is up", time.monotonic() - start)
        summary.simulated.update(made.simulated)
        yield made


@pytest.fixture(scope="session")
def engine(stack: str, cluster: Cluster, served: repositories.Repositories) -> Engine:
    """The engine, with an empty state."""
    made = Engine(LOGS / stack / "engine", stack, cluster.kubeconfig, served.environment)
    made.prepare()
    return made


@pytest.fixture(scope="session")
def first(stack: str, engine: Engine, summary: Summary) -> Done:
    """The preview of a stack of which nothing is there."""
    done = engine.make("preview").check()
    summary.took(stack, "preview on nothing, with the policy pack", done.seconds)
    return done
