"""Rehearses stacks in parallel, each in its own process."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess, SpawnContext, SpawnProcess
from types import FrameType
from typing import Final, Never

from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult

GC_THRESHOLD: Final = 200_000
"""Objects made between two collections of garbage. Of a rehearsal's 2.3 s, 0.8 went to looking again and
again through the providers' classes, of which nothing is ever garbage; it costs 8 MB more."""

TERMINATED: Final = 128 + signal.SIGTERM


@dataclass(frozen=True)
class _Running:
    """A process that rehearses a stack."""

    request: RehearsalRequest
    process: ForkServerProcess | SpawnProcess
    receive: Callable[[], RehearsalResult]

    def result(self) -> RehearsalResult:
        """What the process has sent, or that it has ended without."""
        try:
            return self.receive()
        except EOFError:
            self.process.join()  # sets the exit code
            text = f"the rehearsal's process ended with status {self.process.exitcode} and without an answer"
            return RehearsalResult(stack=self.request.stack, error=text)
        finally:
            self.process.join()


def rehearse_in_parallel(
    requests: Sequence[RehearsalRequest], done: Callable[[RehearsalResult], None]
) -> list[RehearsalResult]:
    """The results in the given order; calls ``done`` with each as it completes.

    The SDK keeps its state in the process, so stacks share none. No ``ProcessPoolExecutor``: with one task
    for each process it can deadlock in Python 3.11. No thread waits either: an exception such as that of
    Ctrl-C reaches this function, and it ends the processes.
    """
    outcomes: dict[str, RehearsalResult] = {}
    context = _context()
    waiting = list(requests)
    running: dict[int, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < (os.cpu_count() or 1):
                request = waiting.pop(0)
                here, there = context.Pipe(duplex=False)
                process = context.Process(target=_answer, args=(there, request))
                process.start()
                there.close()
                running[here.fileno()] = _Running(request, process, here.recv)
            ready = wait(list(running))
            for number in [each for each in running if each in ready]:
                outcome = running.pop(number).result()
                outcomes[outcome.stack] = outcome
                done(outcome)
    finally:
        for each in running.values():
            each.process.terminate()
        for each in running.values():
            each.process.join()
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


def _answer(there: Connection, request: RehearsalRequest) -> None:
    # Ctrl-C reaches all processes of a terminal; the one that waits for this one ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    there.send(rehearse_here(request))


def _terminate(_signal: int, _frame: FrameType | None) -> Never:
    """An exception, so that unfinished files are removed."""
    sys.exit(TERMINATED)


def _end_with_parent() -> None:
    """End this process with the one that waits for it, however that ends."""
    parent = multiprocessing.parent_process()
    assert parent
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def rehearse_here(request: RehearsalRequest) -> RehearsalResult:
    """Rehearse one stack in this process."""
    gc.set_threshold(GC_THRESHOLD)
    # Imported here because it imports the SDK.
    from oneup.rehearsal.stack import rehearse_stack

    return rehearse_stack(request)
