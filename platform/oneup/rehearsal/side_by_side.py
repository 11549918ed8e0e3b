"""Rehearses stacks side by side, each in a process of its own."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing.connection import Connection
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
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for future in as_completed([pool.submit(_elsewhere, request) for request in requests]):
            outcome = future.result()
            outcomes[outcome.stack] = outcome
            done(outcome)
    return [outcomes[request.stack] for request in requests]


def _elsewhere(request: Request) -> Outcome:
    """Rehearse one stack in a fresh process and wait for it."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_answer, args=(there, request))
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
