"""One process of the test's own, with its output in a file."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import urllib3
from urllib3.exceptions import HTTPError

START_SECONDS = 30.0


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until(condition: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Return once `condition` holds; fail after so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} took more than {seconds:.0f} s")
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    with socket.socket() as client:
        client.settimeout(0.2)
        return client.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether the address answers with success."""
    try:
        return urllib3.request("GET", url, timeout=1, retries=False).status == 200
    except HTTPError:
        return False


@dataclass
class Process:
    """A command that runs until it is stopped."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    directory: Path | None = None
    _running: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool]) -> None:
        """Start it and wait until it is ready."""
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**_environment(), **self.environment},
                cwd=self.directory,
                start_new_session=True,  # a group of its own, for kill_group
            )
        wait_until(lambda: self._settled(ready), f"the start of {self.name}")

    def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 30) -> int:
        """Send a signal and wait for the end; the exit status."""
        if self._running is None:
            return 0
        self._running.send_signal(how)
        status = self._running.wait(seconds)
        self._running = None
        return status

    def kill_group(self) -> None:
        """End the process and those that it started, at once."""
        if self._running is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()
            self._running = None

    def signal(self, how: signal.Signals) -> None:
        """Send a signal."""
        assert self._running is not None
        self._running.send_signal(how)

    def wait(self, seconds: float) -> int:
        """The exit status of a process that is on its way out."""
        assert self._running is not None
        status = self._running.wait(seconds)
        self._running = None
        return status

    def _settled(self, ready: Callable[[], bool]) -> bool:
        assert self._running is not None
        if self._running.poll() is not None:
            raise RuntimeError(f"{self.name} ended at once:\n{self.log.read_text()[-2000:]}")
        return ready()


def _environment() -> dict[str, str]:
    # Nothing of the caller's shell reaches the services but what a program needs to be found.
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
