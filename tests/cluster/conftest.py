"""One cluster per rehearsed stack; what the proofs share is made once, in the order in which it grows."""

import os
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import ROOT
from tests.cluster.harness import cluster as clusters
from tests.cluster.harness import nodes, render, repository
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.applications import Applications
from tests.cluster.harness.argo_cd import ArgoCd, chart_defaults
from tests.cluster.harness.change import KINDS, plant
from tests.cluster.harness.cluster import Cluster
from tests.cluster.harness.fingerprint import Fingerprints, fingerprints
from tests.cluster.harness.objects import Identity, Object, by_need
from tests.cluster.harness.repository import Repository
from tests.cluster.harness.stack import Stack, rehearsed_stacks
from tests.cluster.harness.summary import Summary

LOGS = ROOT / "build" / "cluster-test"
SUMMARY = pytest.StashKey[Summary]()
BROKEN = pytest.StashKey[dict[str, str]]()


@dataclass(frozen=True)
class Delivered:
    """A stack whose root Application has been applied and has settled."""

    stack: Stack
    cluster: Cluster
    repository: Repository
    argo_cd: ArgoCd
    applications: Applications
    before: dict[Identity, Object]
    """All objects of the cluster just before the root Application."""

    def hand_over(self) -> None:
        """Apply the projects and the root Application, following the served repository."""
        for each in by_need(self.stack.following(self.repository.url)):
            if each.group == "argoproj.io":
                self.cluster.api.apply(each)

    def fingerprints(self) -> Fingerprints:
        """What all objects outside Argo CD's namespace are now."""
        return fingerprints(self.cluster.api.everything(), self.applications.namespace)


Applied = tuple[tuple[Object, Object | RefusedError], ...]
Declared = dict[str, tuple[Object, ...]]


def charts() -> Path:
    """The folder of the charts' data."""
    return Path(os.environ["ONEUP_CHARTS"])


def folder_of(config: pytest.Config, option: str) -> Path:
    """The folder that an option names."""
    return Path(str(config.getoption(option)))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the proofs be tried on other inputs than this checkout's."""
    parser.addoption("--build", type=Path, default=ROOT / "build", help="folder with a rehearsal's output")
    parser.addoption("--apps", type=Path, default=ROOT / "apps", help="folder that Argo CD delivers")
    parser.addoption("--settings", type=Path, default=ROOT, help="folder with the stack files")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with an empty summary."""
    config.stash[SUMMARY] = Summary()
    config.stash[BROKEN] = {}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every proof once per stack, or for the stack that STACK names."""
    if "stack" not in metafunc.fixturenames:
        return
    folders = folder_of(metafunc.config, "build"), folder_of(metafunc.config, "settings")
    try:
        stacks = rehearsed_stacks(*folders, only=os.environ.get("STACK", ""))
    except LookupError as error:
        raise pytest.UsageError(str(error)) from error
    metafunc.parametrize(
        "stack", stacks, ids=[stack.name for stack in stacks], indirect=True, scope="session"
    )


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Note a stack whose cluster or delivery did not come up: its further proofs would all fail alike."""
    if call.when == "setup" and call.excinfo:
        item.config.stash[BROKEN].setdefault(_stack_of(item), item.name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail in one line what cannot be asked any more."""
    if first := item.config.stash[BROKEN].get(_stack_of(item)):
        pytest.fail(f"not asked: see {first}", pytrace=False)


def _stack_of(item: pytest.Item) -> str:
    stack = item.callspec.params.get("stack") if isinstance(item, pytest.Function) else None
    return stack.name if isinstance(stack, Stack) else ""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures, and keep them."""
    summary = config.stash[SUMMARY]
    summary.write(LOGS / "-".join(filter(None, ("summary", os.environ.get("STACK")))))
    terminalreporter.section("cluster-test")
    for line in summary.lines():
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def summary(request: pytest.FixtureRequest) -> Summary:
    """Where figures go."""
    return request.config.stash[SUMMARY]


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Stack:
    """The stack at hand."""
    return request.param


@pytest.fixture(scope="session")
def served(stack: Stack, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A Git repository with the applications."""
    revision = stack.root.text("spec", "source", "targetRevision")
    folder = tmp_path_factory.mktemp(stack.name)
    return repository.serve(folder_of(pytestconfig, "apps"), folder, stack.upstream, revision)


@pytest.fixture(scope="session")
def declared(stack: Stack, served: Repository, summary: Summary) -> Declared:
    """What each Application declares, by its name."""
    found = tuple(render.tree(served.copy, stack.root))
    if not any(each.kind in KINDS for _, objects in found for each in objects):
        name = plant(served.copy, (application for application, _ in found))
        served.commit("Deliver a workload of the test's own")
        summary.note(stack.name, f"apps/ declares no workload: {name} delivers one of the test's own")
        found = tuple(render.tree(served.copy, stack.root))
    return {each.name: objects for each, objects in found}


@pytest.fixture(scope="session")
def cluster(stack: Stack, declared: Declared, pytestconfig: pytest.Config) -> Generator[Cluster]:
    """A cluster for the stack, with the kinds and nodes that it needs and nothing else."""
    settings = folder_of(pytestconfig, "settings") / f"Pulumi.{stack.name}.yaml"
    objects = (*stack.objects, *(each for of_one in declared.values() for each in of_one))
    start = time.monotonic()
    site = clusters.Site(nodes.of_stack(settings), charts())
    with clusters.running(LOGS / stack.name, site, objects) as made:
        summary = pytestconfig.stash[SUMMARY]
        summary.took(stack.name, "control plane, definitions and nodes are up", time.monotonic() - start)
        summary.simulated.update(made.simulated)
        yield made


@pytest.fixture(scope="session")
def applied(cluster: Cluster, stack: Stack, summary: Summary) -> Applied:
    """What the API server made of each object of the plan, or why it refused it."""
    start = time.monotonic()
    found = tuple((each, _apply(cluster.api, each)) for each in by_need(stack.objects))
    summary.took(stack.name, f"{len(found)} objects of the plan are applied", time.monotonic() - start)
    if any(each.each("spec", "syncWindows") for each in stack.objects):
        summary.note(stack.name, "sync windows are left out of the delivery: the time of day must not matter")
    return found


def _apply(api: Api, each: Object) -> Object | RefusedError:
    try:
        return api.apply(each)
    except RefusedError as refusal:
        return refusal


@pytest.fixture(scope="session")
def delivered(applied: Applied, cluster: Cluster, stack: Stack, served: Repository) -> Generator[Delivered]:
    """The stack with Argo CD running and the root Application applied, though not yet settled."""
    assert applied
    api, namespace = cluster.api, stack.root.namespace
    api.merge(stack.root, {"metadata": {"finalizers": None}})
    api.delete(stack.root)
    argo_cd = ArgoCd(cluster, namespace, stack.argo_cd, chart_defaults(charts()))
    argo_cd.configure()
    argo_cd.start()
    applications = Applications(api, namespace, cluster.servers)
    made = Delivered(stack, cluster, served, argo_cd, applications, api.everything())
    made.hand_over()
    yield made
    argo_cd.stop()
