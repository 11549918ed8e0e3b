"""Stands for Pulumi's language plug-in of Python, which is no Go module: runs the program in its own process.

It is the Automation API's server of an inline program, told to run ``__main__.py``. Put on PATH beside the
CLI as ``pulumi-language-python``, it lets the CLI's own commands work: ``pulumi up --stack local``.
"""

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import Final

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

MESSAGES: Final = (
    ("grpc.max_receive_message_length", 400 << 20),
    ("grpc.max_send_message_length", 400 << 20),
)


class Host(LanguageServer):
    """Runs programs and policy packs for one engine."""

    def __init__(self, engine: str) -> None:
        super().__init__(lambda: None)
        self._engine = engine

    def Run(  # noqa: N802 - the protocol's name
        self, request: language_pb2.RunRequest, context: grpc.ServicerContext
    ) -> language_pb2.RunResponse:
        """Run the program in this process: each command of the CLI starts one, so modules are fresh."""
        folder = Path(request.info.program_directory or request.pwd)
        os.chdir(request.pwd or folder)
        sys.path.insert(0, str(folder))
        # Where the base class looks for the engine's address.
        del request.args[:]
        request.args.append(self._engine)

        def program() -> None:
            runpy.run_path(str(folder / "__main__.py"), run_name="__main__")

        self.program = program
        return super().Run(request, context)  # pyright: ignore[reportUnknownMemberType, reportArgumentType] - the base class is untyped

    def RunPlugin(  # noqa: N802 - the protocol's name
        self, request: language_pb2.RunPluginRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.RunPluginResponse]:
        """Run a policy pack: a program of its own, whose first line says on which port it listens."""
        folder = request.info.program_directory or request.program
        environment = {**os.environ, **dict(pair.split("=", 1) for pair in request.env)}
        pack = subprocess.Popen(
            [sys.executable, "-u", folder, *request.args],
            cwd=request.pwd or folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert pack.stdout
        assert pack.stderr
        context.add_callback(pack.kill)
        threading.Thread(target=sys.stderr.buffer.writelines, args=(pack.stderr,), daemon=True).start()
        for line in pack.stdout:
            yield language_pb2.RunPluginResponse(stdout=line)
        yield language_pb2.RunPluginResponse(exitcode=pack.wait())

    def InstallDependencies(  # noqa: N802 - the protocol's name
        self, request: language_pb2.InstallDependenciesRequest, context: grpc.ServicerContext
    ) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Install nothing: program and packs share the environment of this process."""
        del request, context
        yield language_pb2.InstallDependenciesResponse()

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        """Greet the engine."""
        del request, context
        return language_pb2.LanguageHandshakeResponse()


def _end(number: int, frame: FrameType | None) -> None:
    del number, frame
    os._exit(0)


def main() -> None:
    """Serve the engine whose address is the first argument; say on which port."""
    # The engine ends its plug-ins by an interrupt.
    signal.signal(signal.SIGINT, _end)
    engine = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=MESSAGES)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(engine), server)
    sys.stdout.write(f"{server.add_insecure_port('127.0.0.1:0')}\n")
    sys.stdout.flush()
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
