"""A destroy, broken off and resumed, leaves nothing but what it says; then the stack comes up once more."""

import random
import signal
from pathlib import Path

from tests.cluster.harness.objects import Identity
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.summary import Summary
from tests.up.engine.cluster import Cluster
from tests.up.engine.command import Break, Engine
from tests.up.engine.states import differences, made, pending, planned, read_plan
from tests.up.test_2_interruptions import through

GONE = 60
"""Seconds after which what is on its way out must be gone."""


def unsaid(cluster: Cluster, kept: set[str]) -> set[str]:
    """What the cluster holds beyond what it held at first, and the stack does not list as kept."""
    left = set(cluster.api.everything()) - cluster.before
    return {str(each) for each in left if not any(_says(line, each) for line in kept)}


def _says(line: str, each: Identity) -> bool:
    """Whether a line of what is kept is about an object: a kind is said by its group."""
    return each.kind == "CustomResourceDefinition" and each.name.partition(".")[2] in line


def test_destroy_leaves_what_it_says(
    stack: str, engine: Engine, cluster: Cluster, plan: Path, dice: random.Random, summary: Summary
) -> None:
    kept = set(engine.outputs().texts("keptOnDestroy"))
    urns = [urn for urn, each in planned(plan).items() if each.text("type").startswith("kubernetes:")]
    for how in (signal.SIGKILL, signal.SIGINT):
        there = made(engine.state())
        target = dice.choice([urn for urn in urns if urn in there])
        end = Break(target, how, dice.uniform(0, 1))
        through(engine, lambda end=end: engine.broken_off("destroy", end))
    done = through(engine, lambda: engine.make("destroy")).check()
    summary.took(stack, "destroy, the rest after two breaks", done.seconds)
    assert not made(engine.state())
    assert not pending(engine.state())
    wait_until(lambda: unsaid(cluster, kept) == set(), GONE, lambda: f"left: {unsaid(cluster, kept)}")


def test_it_comes_up_once_more(stack: str, engine: Engine, plan: Path, summary: Summary) -> None:
    done = engine.make("up").check()
    summary.took(stack, "up from nothing, undisturbed", done.seconds)
    engine.make("up", "--expect-no-changes").check()
    assert list(differences(engine.state(), read_plan(plan))) == []
