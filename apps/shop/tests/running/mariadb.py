"""A MariaDB server on data of its own."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine

from running.process import Process, free_port, listens

ADMINISTRATOR = "root"


class MariaDB:
    """The server: its address, its administrator, and its process, to be stopped and started again."""

    def __init__(self, directory: Path) -> None:
        self._data = directory / "mariadb"
        self.socket = directory / "mariadb.sock"
        self.port = free_port()
        self._process = Process(
            "mariadbd",
            (
                "mariadbd",
                "--no-defaults",
                f"--datadir={self._data}",
                f"--socket={self.socket}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=64M",
                "--innodb-log-file-size=32M",
                *_as_root(),
            ),
            directory / "mariadb.log",
        )

    def install(self) -> None:
        """Lay out an empty data directory whose administrator has no password and only the socket."""
        command = [
            "mariadb-install-db",
            "--no-defaults",
            f"--datadir={self._data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *_as_root(),
        ]
        subprocess.run(command, check=True, capture_output=True)

    def start(self) -> None:
        """Start the server and wait until it listens."""
        self._process.start(lambda: listens(self.port))

    def stop(self) -> None:
        """Stop the server and wait until it has ended."""
        self._process.stop()

    def engine(self, database: str = "") -> Engine:
        """The administrator's connections, over the socket."""
        url = URL.create(
            "mysql+pymysql", ADMINISTRATOR, database=database, query={"unix_socket": str(self.socket)}
        )
        return create_engine(url)


def _as_root() -> tuple[str, ...]:
    return ("--user=root",) if os.geteuid() == 0 else ()
