"""A stack that is up has nothing left to do, and is what the rehearsal says."""

from pathlib import Path

from tests.cluster.harness.summary import Summary
from tests.up.engine.command import Engine
from tests.up.engine.states import differences, pending, read_plan


def test_nothing_is_left_to_do(stack: str, engine: Engine, summary: Summary) -> None:
    for done in (
        engine.make("up", "--expect-no-changes"),
        engine.make("preview", "--expect-no-changes"),
        engine.pulumi("refresh", "--expect-no-changes"),
    ):
        summary.took(stack, f"{' '.join(done.words[:3])} without changes", done.check().seconds)


def test_the_state_is_the_plan(engine: Engine, plan: Path) -> None:
    state = engine.state()
    assert not pending(state)
    assert list(differences(state, read_plan(plan))) == []
