"""A bring-up that is killed, interrupted and refused again and again, and resumed by what `make up` says."""

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.cluster.harness.summary import Summary
from tests.up.engine.command import Break, Done, Engine, EngineError
from tests.up.engine.faults import Fault, Way
from tests.up.engine.states import RELEASE, made, pending, planned

WAYS: Final[Sequence[signal.Signals | Way]] = (
    *(signal.SIGKILL,) * 9,
    *(signal.SIGINT,) * 2,
    "refuse",
    "throttle",
    "hang",
    "lose",
)
"""How often each happens in the ordinary run."""

SWEEP: Final = "UP_TEST_SWEEP"
"""The environment's name of a switch: killed at every resource instead."""

WORDS: Final[Mapping[Way, str]] = {
    "refuse": "forbidden",
    "throttle": "too many requests",
    "hang": "timed out",
    "lose": "context canceled",
}
"""What the message says of each way."""

INSTRUCTIONS: Final = re.compile(r"`((?:pulumi|make) [^`]*(?:--stack |STACK=)[^`]+)`")
"""Commands that a message tells the user to run, for this stack."""

FEW: Final = 10
"""With no more resources left than these, the first create fails: there may be no third."""

PATIENCE: Final = 4
"""How many times the user does what the messages say before it must be through."""


def follow(engine: Engine, done: Done) -> Iterator[str]:
    """Run the commands that a failed one tells its user to run."""
    for words in INSTRUCTIONS.findall(done.output):
        if not words.startswith("make up"):
            engine.run(*words.split(), *(("--yes",) if "cancel" in words else ())).check()
            yield words


def through(engine: Engine, command: Callable[[], Done]) -> Done:
    """A command, after whatever its messages say must be done first."""
    for _ in range(PATIENCE):
        done = command()
        if not list(follow(engine, done)):
            return done
    raise EngineError(f"not through after doing {PATIENCE} times what the messages say")


def by_depth(plan: Path) -> Sequence[str]:
    """The objects and releases of a plan, those first that the engine can make first."""
    resources = planned(plan)
    depths: dict[str, int] = {}
    for urn, each in resources.items():  # each comes after what it needs
        needed = {each.text("parent"), *each.texts("dependencies")}
        depths[urn] = 1 + max((depths[other] for other in needed if other in depths), default=0)
    made = [urn for urn, each in resources.items() if each.text("type").startswith("kubernetes:")]
    return sorted(made, key=lambda urn: depths[urn])


def points(dice: random.Random, order: Sequence[str]) -> Iterator[Break | Fault]:
    """Where it goes wrong and how, spread over the whole bring-up."""
    ways: list[signal.Signals | Way] = [signal.SIGKILL] * len(order) if os.environ.get(SWEEP) else [*WAYS]
    dice.shuffle(ways)
    for index, way in enumerate(ways):
        share = order[index * len(order) // len(ways) : (index + 1) * len(order) // len(ways)]
        target = dice.choice(share)
        if isinstance(way, signal.Signals):
            yield Break(target, way, dice.uniform(0.2, 2) if RELEASE in target else dice.uniform(0, 0.1))
        else:
            yield Fault("create", dice.randint(1, 3), way)


def test_it_comes_through(
    stack: str, first: Done, engine: Engine, plan: Path, dice: random.Random, summary: Summary
) -> None:
    assert first.status == 0
    start, commands = time.monotonic(), list[Done]()
    order = by_depth(plan)
    for point in points(dice, order):
        if len(made(engine.state())) == len(planned(plan)):
            break
        if isinstance(point, Fault):
            left = len(planned(plan)) - len(made(engine.state()))
            commands.append(refused(engine, point if left > FEW else replace(point, number=1)))
        else:
            commands.append(through(engine, lambda point=point: broken_off(engine, point, order)))
    last = through(engine, lambda: engine.make("up")).check()
    state = engine.state()
    assert not pending(state)
    assert set(made(state)) == set(planned(plan))
    twice([*commands, last])
    summary.took(stack, f"up, gone wrong {len(commands)} times and resumed", time.monotonic() - start)
    # The last resources of a small stack are made at once, and nothing is left to go wrong.
    assert len(commands) >= len(WAYS) - 2


def broken_off(engine: Engine, point: Break, order: Sequence[str]) -> Done:
    """`make up`, broken off at its point, or where that is past, at the first that is left."""
    there = made(engine.state())
    left = [urn for urn in order if urn not in there]
    at = point if point.urn in left else replace(point, urn=left[0])
    return engine.broken_off("up", at)


def refused(engine: Engine, fault: Fault) -> Done:
    """`make up` in which a create is refused, throttled, lost or never answered: it says which, and how."""

    def command() -> Done:
        engine.faults = (fault,)
        done = engine.make("up")
        engine.faults = ()
        return done

    done = through(engine, command)
    (hit,) = {note.text("urn") for note in done.journal if note.text("event") == fault.way}
    assert done.status
    told = [message.text for message in done.events.errors if message.urn == hit]
    assert any(WORDS[fault.way] in text for text in told), told
    return done


def twice(commands: Sequence[Done]) -> None:
    """No resource was made twice without having been deleted in between."""
    there: set[str] = set()
    for note in (note for done in commands for note in done.journal):
        if note.text("event") == "done":
            urn = note.text("urn")
            assert not (note.text("operation") == "create" and urn in there), f"made twice: {urn}"
            (there.add if note.text("operation") == "create" else there.discard)(urn)
