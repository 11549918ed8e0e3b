"""Servers as child processes: started with a log of their own, awaited, stopped by process id."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STOP = 10.0
"""Seconds that a server has to end by itself."""


class NotYetError(Exception):
    """Something did not happen in time."""


def wait_until(
    done: Callable[[], bool], seconds: float, what: Callable[[], str], pause: float = 0.15
) -> float:
    """Wait for something and return the seconds it took; else raise with a description of what is."""
    start = time.monotonic()
    while not done():
        if time.monotonic() - start > seconds:
            raise NotYetError(f"after {seconds:.0f} s: {what()}")
        time.sleep(pause)
    return time.monotonic() - start


def listens(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Server:
    """One running server."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def alive(self) -> None:
        """Raise if it has ended, with the end of its log."""
        status = self.process.poll()
        if status is not None:
            raise NotYetError(f"{self.name} ended with status {status}:\n{self.tail()}")

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def await_port(self, port: int, seconds: float = 60) -> None:
        """Wait until it accepts connections."""

        def ready() -> bool:
            self.alive()
            return listens(port)

        wait_until(ready, seconds, lambda: f"{self.name} does not listen on {port}:\n{self.tail()}", 0.05)

    def stop(self) -> None:
        """End it, kindly at first."""
        if self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Servers:
    """The servers of one proof, stopped together, the last started first."""

    logs: Path
    running: dict[str, Server] = field(default_factory=dict[str, Server])

    def start(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> Server:
        """Start a server; its output goes to ``<name>.log``, after that of an earlier one of the name."""
        log = self.logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
            )
        self.running[name] = Server(name, process, log)
        return self.running[name]

    def stop(self, *names: str) -> None:
        """Stop the named servers, or all."""
        for name in names or tuple(reversed(self.running)):
            self.running.pop(name).stop()

    def alive(self) -> None:
        """Raise if any has ended by itself."""
        for server in self.running.values():
            server.alive()
