"""Time and memory of a function in a process of its own."""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Final, ParamSpec, cast

P = ParamSpec("P")

KILOBYTES: Final = 1 if sys.platform == "linux" else 1024
"""What ``ru_maxrss`` counts by: kilobytes on Linux, bytes on macOS."""


@dataclass(frozen=True)
class Cost:
    """What a function took, its process's start and imports among it."""

    seconds: float
    """On the clock, which all else that the machine does delays."""

    processor: float
    """Seconds of the processor."""

    megabytes: float
    """The most that the process held at once."""


def cost(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Cost:
    """Call a function of a module in a fresh process; raises where it fails."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    started = time.perf_counter()
    process = spawn.Process(target=_call, args=(there, function, args, kwargs))
    process.start()
    there.close()
    try:
        processor, peak = cast("tuple[float, float]", here.recv())
    except EOFError:
        raise RuntimeError(f"{function.__name__} failed in its process") from None
    process.join()
    return Cost(time.perf_counter() - started, processor, peak)


def least(runs: int, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Cost:
    """The least of several runs: what else the machine does only ever adds."""
    costs = [cost(function, *args, **kwargs) for _ in range(runs)]
    return Cost(
        min(each.seconds for each in costs),
        min(each.processor for each in costs),
        min(each.megabytes for each in costs),
    )


def _call(
    answer: Connection, function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> None:
    function(*args, **kwargs)
    used = resource.getrusage(resource.RUSAGE_SELF)
    answer.send((used.ru_utime + used.ru_stime, used.ru_maxrss / KILOBYTES / 1024))
    answer.close()
    # The SDK's threads keep event loops, which print errors on a normal exit.
    os._exit(0)
