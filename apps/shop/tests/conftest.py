from collections.abc import Generator
from pathlib import Path

import pytest

from running.client import Visitor
from running.figures import Figures
from running.ledger import Ledger
from running.neighbour import Neighbour, listening
from running.shop import Shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Shop]:
    whole = Shop(Path(tmp_path_factory.mktemp("shop")))
    try:
        whole.start()
        yield whole
    finally:
        whole.stop()


@pytest.fixture
def ledger(shop: Shop) -> Ledger:
    return Ledger(shop.database)


@pytest.fixture
def neighbour() -> Generator[Neighbour]:
    with listening() as made:
        yield made


@pytest.fixture
def visitor(shop: Shop) -> Visitor:
    return Visitor(shop.url("web"))


@pytest.fixture
def customer(visitor: Visitor) -> Visitor:
    visitor.sign_up()
    return visitor


FIGURES = pytest.StashKey[Figures]()


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    return request.config.stash.setdefault(FIGURES, Figures())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    measured = config.stash.get(FIGURES, None)
    if measured:
        terminalreporter.section("latency")
        for line in measured.lines:
            terminalreporter.write_line(line)
