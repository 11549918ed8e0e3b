"""Rehearses stacks in parallel, each in its own process."""

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Final

from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult

GC_THRESHOLD: Final = 200_000
"""Objects made between two collections of garbage. Of a rehearsal's 2.3 s, 0.8 went to looking again and
again through the providers' classes, of which nothing is ever garbage; it costs 8 MB more."""


def rehearse_in_parallel(
    requests: Sequence[RehearsalRequest], done: Callable[[RehearsalResult], None]
) -> list[RehearsalResult]:
    """The results in the given order; calls ``done`` with each as it completes.

    The SDK keeps its state in the process, so stacks share none. No ``ProcessPoolExecutor``: with one task
    for each process it can deadlock in Python 3.11.
    """
    outcomes: dict[str, RehearsalResult] = {}
    context = _context()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in as_completed([pool.submit(_in_subprocess, context, request) for request in requests]):
            outcome = future.result()
            outcomes[outcome.stack] = outcome
            done(outcome)
    return [outcomes[request.stack] for request in requests]


def _context() -> ForkServerContext | SpawnContext:
    """On Linux a fork server imports the SDK once, which saves a fifth of the time.

    On macOS, forking after loading system libraries is unsafe.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # If this fails, each process imports by itself and reports the error.
    context.set_forkserver_preload(["oneup.rehearsal.stack"])
    return context


def _in_subprocess(context: ForkServerContext | SpawnContext, request: RehearsalRequest) -> RehearsalResult:
    """Rehearse one stack in a process of its own and wait for it."""
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, request))
    process.start()
    there.close()
    try:
        outcome: RehearsalResult = here.recv()
    except EOFError:
        process.join()
        text = f"the rehearsal's process ended with status {process.exitcode} and without an answer"
        return RehearsalResult(stack=request.stack, error=text)
    process.join()
    return outcome


def _answer(there: Connection, request: RehearsalRequest) -> None:
    there.send(rehearse_here(request))


def rehearse_here(request: RehearsalRequest) -> RehearsalResult:
    """Rehearse one stack in this process."""
    gc.set_threshold(GC_THRESHOLD)
    # Imported here because it imports the SDK.
    from oneup.rehearsal.stack import rehearse_stack

    return rehearse_stack(request)
