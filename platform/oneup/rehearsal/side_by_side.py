"""Rehearses stacks side by side, each in a process of its own."""

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import Final

from oneup.rehearsal.outcome import Outcome, Request

FEW_COLLECTIONS: Final = 200_000
"""Objects made between two collections of garbage. Of a rehearsal's 2.3 s, 0.8 went to looking again and
again through the providers' classes, of which nothing is ever garbage; it costs 8 MB more."""


def rehearse_all(requests: Sequence[Request], done: Callable[[Outcome], None]) -> list[Outcome]:
    """The outcomes in the order asked for; ``done`` is told of each as it comes.

    The SDK keeps its state in the process, so stacks share none. No ``ProcessPoolExecutor``: with one task
    for each process it may wait for ever in Python 3.11.
    """
    outcomes: dict[str, Outcome] = {}
    context = _context()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in as_completed([pool.submit(_elsewhere, context, request) for request in requests]):
            outcome = future.result()
            outcomes[outcome.stack] = outcome
            done(outcome)
    return [outcomes[request.stack] for request in requests]


def _context() -> ForkServerContext | SpawnContext:
    """On Linux what every stack needs of the SDK is imported once, and a fifth of the time saved.

    macOS' own libraries do not take it well when a process that has loaded them forks.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # Where this fails, each process tries by itself and tells.
    context.set_forkserver_preload(["oneup.rehearsal.stack"])
    return context


def _elsewhere(context: ForkServerContext | SpawnContext, request: Request) -> Outcome:
    """Rehearse one stack in a process of its own and wait for it."""
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(there, request))
    process.start()
    there.close()
    try:
        outcome: Outcome = here.recv()
    except EOFError:
        process.join()
        text = f"the rehearsal's process ended with status {process.exitcode} and without an answer"
        return Outcome(stack=request.stack, error=text)
    process.join()
    return outcome


def _answer(there: Connection, request: Request) -> None:
    there.send(rehearse_here(request))


def rehearse_here(request: Request) -> Outcome:
    """Rehearse one stack in this process, which is there for nothing else."""
    gc.set_threshold(FEW_COLLECTIONS)
    # Imported only where it is run: it brings the SDK.
    from oneup.rehearsal.stack import rehearse_stack

    return rehearse_stack(request)
