"""A Redis server that keeps nothing on disk."""

import signal
from pathlib import Path

from running.process import Process, free_port, listens


class Redis:
    """The server, to be stopped and started again."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        command = (
            "redis-server",
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(directory),
        )
        self._process = Process("redis-server", command, directory / "redis.log")

    def start(self) -> None:
        """Start the server and wait until it listens."""
        self._process.start(lambda: listens(self.port))

    def freeze(self) -> None:
        """Let the server hold its connections and answer nothing."""
        self._process.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the server go on."""
        self._process.signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        self._process.stop()
