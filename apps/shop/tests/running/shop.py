"""The whole shop: database, cache, five services under uvicorn, and nginx with the built page."""

import json
import subprocess
import sys
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from running.mariadb import MariaDB
from running.process import Process, answers, free_port
from running.redis_server import Redis

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
PAGE = ROOT / "build" / "web"
OWNERS = ("user", "product", "order", "payment")
SERVICES = (*OWNERS, "store-api")
PASSWORD = "a password of the tests"
SECRET = "a secret of the tests, of 32 characters or more"


@dataclass(frozen=True)
class Another:
    """One more process of a service."""

    url: str
    process: Process


class Shop:
    """Every part by name; a part can be stopped, started again, and started with other settings."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.database = MariaDB(directory)
        self.redis = Redis(directory)
        self._ports = {name: free_port() for name in (*SERVICES, "web")}
        self._processes: dict[str, Process] = {}

    def url(self, name: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def start(self) -> None:
        """Bring everything up in the cluster's order: servers, accounts, tables, services, goods, page."""
        self.database.install()
        self.database.start()
        self.redis.start()
        self._provision()
        with ThreadPoolExecutor(len(SERVICES)) as several:
            list(several.map(self._migrate, OWNERS))
            list(several.map(self.start_service, SERVICES))
        self.command("product", "seed")
        self._start_web()

    def stop(self) -> None:
        """Stop everything, the servers last."""
        with ExitStack() as every:  # one that fails to stop keeps no other one running
            every.callback(self.database.stop)
            every.callback(self.redis.stop)
            for process in self._processes.values():
                every.callback(process.kill_group)

    def start_service(self, name: str, **overrides: str) -> None:
        """Start a service and wait until it is ready."""
        process = self._service(name, {**self.environment(name), **overrides})
        self._processes[name] = process
        process.start(lambda: answers(self.url(name) + "/readyz"))

    def process(self, name: str) -> Process:
        """A running part."""
        return self._processes[name]

    def kill(self, name: str) -> None:
        """End a service at once, whatever it is doing."""
        self._processes[name].kill_group()

    def dump(self) -> str:
        """Everything that the databases hold, as SQL."""
        command = ["mariadb-dump", "--no-defaults", f"--socket={self.database.socket}", "--user=root"]
        return subprocess.run(
            [*command, "--all-databases"], check=True, capture_output=True, text=True
        ).stdout

    @contextmanager
    def stopped(self, name: str) -> Generator[None]:
        """The shop without one of its services."""
        self.kill(name)
        try:
            yield
        finally:
            self.start_service(name)

    @contextmanager
    def changed(self, name: str, **overrides: str) -> Generator[None]:
        """The shop with other settings for one of its services."""
        self.kill(name)
        self.start_service(name, **overrides)
        try:
            yield
        finally:
            self.kill(name)
            self.start_service(name)

    @contextmanager
    def another(self, name: str, **overrides: str) -> Generator[Another]:
        """One more process of a service, with other settings; where it listens."""
        port = str(free_port())
        url = f"http://127.0.0.1:{port}"
        environment = {**self.environment(name), "SHOP_PORT": port, **overrides}
        process = self._service(name, environment)
        process.start(lambda: answers(url + "/healthz"))
        try:
            yield Another(url, process)
        finally:
            process.kill_group()

    def command(self, service: str, command: str, **overrides: str) -> str:
        """Run a command of a service to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "storekit", command],
            env={**self.environment(service), **overrides},
            cwd=SOURCE,
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(
                f"{service} {command} ended with {done.returncode}: {done.stdout}{done.stderr}"
            )
        return done.stdout

    def environment(self, name: str) -> dict[str, str]:
        """A service's environment variables."""
        common = {
            "SHOP_SERVICE": name,
            "SHOP_BIND": "127.0.0.1",
            "SHOP_PORT": str(self._ports[name]),
            "SHOP_TOKEN_SECRET": SECRET,
            "SHOP_CLAIM_SECONDS": "3",
            "SHOP_COOKIE_SECURE": "false",
            "SHOP_REDIS_URL": f"redis://127.0.0.1:{self.redis.port}/0",
            **{f"SHOP_{owner.upper()}_URL": self.url(owner) for owner in OWNERS},
        }
        return common if name == "store-api" else {**common, **self._database(name)}

    def administrator(self) -> dict[str, str]:
        """The variables of the commands that an administrator runs."""
        return {
            "SHOP_ADMIN_HOST": "127.0.0.1",
            "SHOP_ADMIN_PORT": str(self.database.port),
            "SHOP_ADMIN_USER": "admin",
            "SHOP_ADMIN_PASSWORD": "administrator",
        }

    def log(self, name: str) -> Path:
        """Where a service's output goes."""
        return self.directory / f"{name}.log"

    def metric(self, service: str, name: str, **labels: str) -> float:
        """The sum of a metric over all its samples that have these labels."""
        page = urllib3.request("GET", self.url(service) + "/metrics").data.decode()
        samples = [sample for family in text_string_to_metric_families(page) for sample in family.samples]
        named = [sample for sample in samples if sample.name == name]
        return sum(sample.value for sample in named if labels.items() <= sample.labels.items())

    def entries(self, name: str) -> list[dict[str, object]]:
        """A service's log, parsed."""
        return [json.loads(line) for line in self.log(name).read_text().splitlines()]

    def _service(self, name: str, environment: dict[str, str]) -> Process:
        command = (sys.executable, "-m", "storekit", "serve")
        return Process(name, command, self.log(name), environment, SOURCE)

    def _migrate(self, name: str) -> None:
        self.command(name, "migrate")

    def _database(self, name: str) -> dict[str, str]:
        return {
            "SHOP_DATABASE_HOST": "127.0.0.1",
            "SHOP_DATABASE_PORT": str(self.database.port),
            "SHOP_DATABASE_NAME": f"shop_{name}",
            "SHOP_DATABASE_USER": f"shop_{name}",
            "SHOP_DATABASE_PASSWORD": PASSWORD,
        }

    def _provision(self) -> None:
        with self.database.engine().connect() as connection:
            connection.execute(text("CREATE USER admin@'%' IDENTIFIED BY 'administrator'"))
            connection.execute(text("GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION"))
        passwords = {f"SHOP_PASSWORD_{owner.upper()}": PASSWORD for owner in OWNERS}
        environment = {**self.administrator(), **passwords}
        command = [sys.executable, "-m", "storekit.provision"]
        for _ in range(2):  # the second run finds everything there
            subprocess.run(command, env=environment, cwd=SOURCE, check=True, capture_output=True)

    def _start_web(self) -> None:
        environment = {
            "PORT": str(self._ports["web"]),
            "STORE_API": self.url("store-api").removeprefix("http://"),
            "PAGE": str(PAGE),
            "RUNTIME": str(self.directory),
        }
        process = Process("web", ("sh", str(SOURCE / "web" / "serve.sh")), self.log("web"), environment)
        self._processes["web"] = process
        process.start(lambda: answers(self.url("web") + "/healthz"))
