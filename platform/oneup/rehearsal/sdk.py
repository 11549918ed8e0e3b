"""Sets up the SDK for a run: monitor, engine, callbacks, settings."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Final, ParamSpec, Protocol, TypeVar, cast

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import callback_pb2, engine_pb2

from oneup.settings.stackfile import StackFile

PROJECT: Final = "oneup"

STEPS_TO_DEPENDENTS: Final = 20
"""Turns of the event loop; a chain of three outputs needs six."""

P = ParamSpec("P")
T = TypeVar("T")


class Engine:
    """Records log messages of the program."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def Log(self, request: engine_pb2.LogRequest) -> Empty:  # noqa: N802 - the protocol's name
        """Keep a warning or an error, once."""
        if request.severity >= engine_pb2.WARNING and request.message not in self.warnings:
            self.warnings.append(request.message)
        return Empty()


class Callbacks:
    """Registers transforms; they are never called back here, so no server is needed."""

    def register_transform(self, transform: object) -> callback_pb2.Callback:
        """Take a resource's transform."""
        return callback_pb2.Callback(token=getattr(transform, "__qualname__", ""))


class PendingOutputs(set["Future[object]"]):
    """Outputs without a value, exposed one at a time.

    The SDK waits for the first of all of them, over and over: with hundreds, a third of a rehearsal.
    """

    _shown: "Future[object] | None" = None

    def __iter__(self) -> Iterator["Future[object]"]:
        """Show one, if there is any."""
        self._shown = next(super().__iter__(), None)
        return iter([self._shown] if self._shown else [])

    def clear(self) -> None:
        """Remove the one that was shown: the SDK awaits it, and gets the others afterwards."""
        if self._shown:
            self.discard(self._shown)


class InlineExecutor(ThreadPoolExecutor):
    """Runs tasks immediately in the current thread, which keeps the order deterministic."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call ``fn`` now."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def prepare(stackfile: StackFile, monitor: MockMonitor, engine: Engine, *, preview: bool) -> None:
    """Set up the SDK for one run in the running loop, without state of earlier runs."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(InlineExecutor(1))
    # A failure cancels dependents; only the first one is reported.
    loop.set_exception_handler(lambda _loop, _context: None)
    set_all_config(dict(stackfile.config), sorted(stackfile.secret_keys))
    settings.configure(
        mocks.MockSettings(
            monitor=monitor,
            monitor_features=set[int](),
            engine=engine,
            callbacks=Callbacks(),
            project=PROJECT,
            stack=stackfile.stack,
            organization="organization",
            root_directory=".",
            dry_run=preview,
            outputs=PendingOutputs(),
            lock=Lock(),
            package_refs={},
            base_providers_by_ref={},
            legacy_apply_enabled=False,
        )
    )
    settings.ROOT.set(None)


async def registration(error: Exception) -> TracebackType | None:
    """The traceback of an error in a resource's registration, if any."""
    manager = cast("_Failures", settings.SETTINGS.rpc_manager)  # pyright: ignore[reportAttributeAccessIssue] - a property that the checker takes for a function
    # The error reaches the end of the program before the resources that wait for the value.
    for _ in range(STEPS_TO_DEPENDENTS):
        if manager.unhandled_exception is error:
            return manager.exception_traceback
        await asyncio.sleep(0)
    return None


class _Failures(Protocol):
    """The part of the SDK's RPC manager with failures."""

    unhandled_exception: Exception | None
    exception_traceback: TracebackType | None
