"""Stands between the engine and the Kubernetes provider: what the served release lacks, faults, a journal.

The provider that is to be had as a Go module is older than the one that users get. Since 4.29 theirs creates
by POST: an object that is there already is an error, unless ``upsertExistingObjects`` is set. And
``enablePatchForce`` wins conflicts of server-side apply, which here only an annotation does. Both are decided
here, before the call is passed on; all else is the real provider's answer.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2

from tests.cluster.harness.access import open_kubeconfig
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import Json, JsonMap, Object
from tests.up.engine.faults import FAULTS, Fault, Operation
from tests.up.engine.language import MESSAGES

REAL: Final = "ONEUP_UP_PROVIDER"
"""The environment's name of the real provider's file."""

KUBECONFIG: Final = "ONEUP_UP_KUBECONFIG"
"""That of a kubeconfig by which to look for what exists."""

JOURNAL: Final = "ONEUP_UP_JOURNAL"
"""That of the file that each create, update and delete is noted in."""

SERVICE: Final = "/pulumirpc.ResourceProvider/"
RELEASE: Final = "kubernetes:helm.sh/v3:Release"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""The key that marks a value which is wrapped to travel, such as a secret."""

LOST: Final = "Stream removed"
"""What is said of a call that got lost between the two processes, as happens under load."""

CALLS: Final = 128
"""Calls at a time: the engine's steps, most of which wait."""

Forward = Callable[[bytes], bytes]


def plain(value: Json) -> Json:
    """A value without the wrapping in which secrets travel."""
    if isinstance(value, Mapping):
        return (
            plain(value.get("value"))
            if SIGNATURE in value
            else {key: plain(each) for key, each in value.items()}
        )
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


class StoppedError(Exception):
    """A call that is answered here, with an error."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Between:
    """What one provider process knows and does."""

    kubeconfig: Path
    journal: Path
    faults: Sequence[Fault]
    upserts: bool = False
    forces: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _counts: dict[Operation, int] = field(default_factory=dict[Operation, int])

    def handle(self, method: str, data: bytes, forward: Forward) -> bytes:
        """Answer a call: by the real provider, but for what is decided here."""
        match method:
            case "Configure":
                self._configure(provider_pb2.ConfigureRequest.FromString(data))
            case "Create":
                create = provider_pb2.CreateRequest.FromString(data)
                if not create.preview:
                    self._refuse_what_exists(create)
                    return self._noted("create", create.urn, create.timeout, lambda: forward(data))
            case "Update":
                update = provider_pb2.UpdateRequest.FromString(data)
                if not update.preview:
                    if self.forces:
                        self._force(update)
                    return self._noted("update", update.urn, update.timeout, lambda: forward(data))
            case "Delete":
                delete = provider_pb2.DeleteRequest.FromString(data)
                return self._noted("delete", delete.urn, delete.timeout, lambda: forward(data))
            case _:
                pass
        try:
            return forward(data)  # a call that changes nothing, and may be made again
        except grpc.RpcError as error:
            if LOST not in (error.details() or ""):
                raise
            return forward(data)

    def _configure(self, request: provider_pb2.ConfigureRequest) -> None:
        given = MessageToDict(request.args)
        self.upserts = str(given.get("upsertExistingObjects", "")).lower() == "true"
        self.forces = str(given.get("enablePatchForce", "")).lower() == "true"

    def _refuse_what_exists(self, request: provider_pb2.CreateRequest) -> None:
        kind = request.urn.split("::")[2].rsplit("$", 1)[-1]
        if self.upserts or kind == RELEASE or kind.endswith("Patch"):
            return
        wanted = Object(MessageToDict(request.properties))
        if not wanted.name:
            return
        api = Api(open_kubeconfig(self.kubeconfig))
        try:
            live = api.get(wanted)
        except RefusedError:
            return  # a kind that is not served yet: the real provider waits for it
        if live is not None:
            plural = api.kind(wanted.api_version, wanted.kind).plural
            named = f"{plural}.{wanted.group}".rstrip(".")
            said = f'{named} "{wanted.name}" already exists'
            message = f"resource {wanted.name} was not created by the Kubernetes API server: {said}"
            raise StoppedError(grpc.StatusCode.ALREADY_EXISTS, message)

    def _force(self, request: provider_pb2.UpdateRequest) -> None:
        """Win the conflicts that the update would meet: what is applied by force is no conflict any more."""
        manager = Object(MessageToDict(request.olds)).text("__fieldManager")
        wanted = Object(cast("JsonMap", plain(MessageToDict(request.news))))
        if manager and wanted.name:
            try:
                Api(open_kubeconfig(self.kubeconfig)).apply(wanted, manager)
            except RefusedError as refusal:
                raise StoppedError(grpc.StatusCode.UNKNOWN, str(refusal)) from None

    def _noted(self, operation: Operation, urn: str, limit: float, act: Callable[[], bytes]) -> bytes:
        with self._lock:
            number = self._counts[operation] = self._counts.get(operation, 0) + 1
        start, outcome = time.time(), "failed"
        self._note(operation=operation, urn=urn, event="start", time=start)
        try:
            for fault in self.faults:
                if fault.operation == operation and fault.number == number:
                    self._fail(fault, urn, limit, act)
            answer = act()
            outcome = "done"
            return answer
        finally:
            self._note(operation=operation, urn=urn, event=outcome, time=time.time())

    def _fail(self, fault: Fault, urn: str, limit: float, act: Callable[[], bytes]) -> None:
        """Answer as a refusing, a throttling or a silent API server makes the provider answer."""
        self._note(operation=fault.operation, urn=urn, event=fault.way, time=time.time())
        name = urn.rsplit("::", 1)[-1]
        match fault.way:
            case "refuse":
                raise StoppedError(grpc.StatusCode.UNKNOWN, f"{name} is forbidden: refused by the test")
            case "throttle":
                message = (
                    f"{name}: the server has received too many requests and has asked us to try again later"
                )
                raise StoppedError(grpc.StatusCode.UNKNOWN, message)
            case "hang":
                time.sleep(min(limit or fault.seconds, fault.seconds))
                raise StoppedError(grpc.StatusCode.UNKNOWN, f"{name}: timed out waiting for the condition")
            case "lose":
                act()
                raise StoppedError(grpc.StatusCode.UNKNOWN, f"{name} was not created: context canceled")

    def _note(self, **entry: str | float) -> None:
        with self._lock, self.journal.open("a") as file:
            file.write(json.dumps(entry) + "\n")


class Proxy(grpc.GenericRpcHandler):
    """Passes every call on as the bytes that it is."""

    def __init__(self, between: Between, channel: grpc.Channel) -> None:
        self._between, self._channel = between, channel

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        """A handler for whatever is called."""
        path: str = handler_call_details.method

        def answer(data: bytes, context: grpc.ServicerContext) -> bytes:
            call = cast("grpc.UnaryUnaryMultiCallable[bytes, bytes]", self._channel.unary_unary(path))  # pyright: ignore[reportUnknownMemberType] - bytes where no serializer is given

            def forward(sent: bytes) -> bytes:
                return call(sent)

            try:
                return self._between.handle(path.removeprefix(SERVICE), data, forward)
            except StoppedError as error:
                context.set_code(error.code)
                context.set_details(str(error))
            except grpc.RpcError as error:
                context.set_code(error.code())
                context.set_details(error.details() or "")
                # What a failed creation has made all the same travels in the trailing metadata.
                trailing = cast("tuple[tuple[str, str | bytes], ...]", error.trailing_metadata())
                context.set_trailing_metadata(trailing)
            return b""

        return grpc.unary_unary_rpc_method_handler(answer)


def main() -> None:
    """Start the real provider with this one's arguments, and serve in its place."""
    environment = os.environ
    real = subprocess.Popen([environment[REAL], *sys.argv[1:]], stdout=subprocess.PIPE, text=True)
    assert real.stdout
    port = int(real.stdout.readline())
    between = Between(
        Path(environment[KUBECONFIG]), Path(environment[JOURNAL]), Fault.read(environment.get(FAULTS, ""))
    )
    server = grpc.server(ThreadPoolExecutor(CALLS), options=MESSAGES)
    channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=MESSAGES)
    server.add_generic_rpc_handlers((Proxy(between, channel),))
    sys.stdout.write(f"{server.add_insecure_port('127.0.0.1:0')}\n")
    sys.stdout.flush()
    server.start()
    # Ends with the provider: the engine ends both as one group, and the provider also ends with its engine.
    sys.exit(real.wait())


if __name__ == "__main__":
    main()
