"""What the engine says of a stack of which nothing is there."""

from pathlib import Path

from tests.up.engine.command import Done
from tests.up.engine.repositories import Repositories
from tests.up.engine.states import planned


def test_it_creates_what_the_rehearsal_says(first: Done, plan: Path) -> None:
    assert first.events.urns("create") == set(planned(plan))


def test_the_policy_pack_judges_it(first: Done) -> None:
    assert "Policies" in first.output
    assert "oneup" in first.output.partition("Policies")[2]


def test_each_chart_is_fetched(first: Done, served: Repositories) -> None:
    assert first.status == 0
    assert [line for line in served.fetched if not line.endswith("200")] == []
    assert served.fetched
