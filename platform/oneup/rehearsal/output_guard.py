"""The output guard: detects misuse of outputs that the SDK ignores silently.

In the SDK an output is truthy and unequal to everything, and a missing output is
``None``. On a real account the first is a wrong branch; in a rehearsal the second is a value that the
program will never get.
"""

import os
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

import pulumi
from pulumi import _types as types  # pyright: ignore[reportPrivateUsage] - alone knows a property's two names
from pulumi import log, runtime
from pulumi.runtime import resource
from pulumi.runtime.proto.source_pb2 import StackTrace

from oneup.plan import Resource
from oneup.rehearsal.source import RehearsalError, SourceLocations, calling_frame

READ: Final = (
    "the program reads {}, which the rehearsal does not simulate; add it to its type's entry in"
    " plan/resource_types"
)
BRANCH: Final = "the program branches on an output, whose value is unknown; use apply, or a setting"
LIFTING: Final = "/pulumi/output.py"
"""The SDK module that reads parts of an output for the program."""

Getter: TypeAlias = Callable[[object, str], object]
Invoke: TypeAlias = Callable[..., object]


@dataclass(frozen=True)
class Read:
    """A read of a resource's property by the program."""

    resource: pulumi.Resource
    name: str
    line: str


class OutputGuard:
    """Records reads of outputs, and rejects comparisons and truth tests."""

    def __init__(self, positions: SourceLocations) -> None:
        self._positions = positions
        self._reads: list[Read] = []

    @contextmanager
    def active(self) -> Generator[None]:
        """Guard the program that runs inside."""
        with ExitStack() as replaced:
            for owner, name, value in (
                (pulumi, "get", self._getter(cast("Getter", pulumi.get))),
                (pulumi.Output, "__bool__", self._decided(_something)),
                (pulumi.Output, "__eq__", self._decided(_same)),
                (runtime, "invoke", self._invoke(runtime.invoke)),
                (runtime, "invoke_output", self._invoke(runtime.invoke_output)),
                # Each takes a tenth of a run's time: debug log messages, and stack traces for the
                # engine's own error messages.
                (log, "debug", _say_nothing),
                (resource, "_get_stack_trace", StackTrace),
            ):
                replaced.enter_context(_replaced(owner, name, value))
            replaced.enter_context(_environment("PULUMI_ERROR_OUTPUT_STRING", "true"))
            yield

    def unsimulated_read(self, resources: Iterable[Resource]) -> RehearsalError | None:
        """An error for the first read of an output without a value, if any."""
        made = {(found.type, found.name): found for found in resources}
        for read in self._reads:
            key = read.resource.pulumi_resource_type, read.resource.pulumi_resource_name
            name = types.resource_py_to_pulumi_names(type(read.resource)).get(read.name, read.name)
            if key in made and name not in made[key].outputs:
                return RehearsalError(READ.format(f"its output {name}"), key, read.line)
        return None

    def _getter(self, get: Getter) -> Getter:
        """The SDK's property access, which records the reader."""

        def noting(owner: object, name: str) -> object:
            value = get(owner, name)
            # The caller is the generated property; the caller of that is the program, or a library.
            reader = calling_frame(1)
            if isinstance(owner, pulumi.Resource):
                if line := self._positions.frame_location(reader):
                    self._reads.append(Read(owner, name, line))
            elif value is None and isinstance(owner, Mapping):
                line = self._positions.frame_location(reader)
                if line or reader.f_code.co_filename.endswith(LIFTING):
                    part = type(cast("object", owner)).__qualname__
                    raise RehearsalError(READ.format(f"{part}.{name}"), line=line)
            return value

        return noting

    def _invoke(self, invoke: Invoke) -> Invoke:
        """The SDK's invoke, which records the line: the frame is lost later."""

        def noting(token: str, *args: object, **kwargs: object) -> object:
            self._positions.note_call(token)
            return invoke(token, *args, **kwargs)

        return noting

    def _decided(self, otherwise: Callable[..., bool]) -> Callable[..., bool]:
        """Rejects the operation in the program; libraries keep the SDK's behaviour."""

        def refusing(*operands: object) -> bool:
            if line := self._positions.frame_location(calling_frame(0)):
                raise RehearsalError(BRANCH, line=line)
            return otherwise(*operands)

        return refusing


def _something(_output: object) -> bool:
    return True


def _same(output: object, other: object) -> bool:
    return output is other


def _say_nothing(*_args: object, **_kwargs: object) -> None:
    pass


@contextmanager
def _replaced(owner: object, name: str, value: object) -> Generator[None]:
    """Set an attribute temporarily; a plain function becomes a method of a class."""
    absent = object()
    before = vars(owner).get(name, absent)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is absent:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


@contextmanager
def _environment(name: str, value: str) -> Generator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
