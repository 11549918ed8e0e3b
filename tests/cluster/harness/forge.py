"""A forge that only listens: GitHub's and GitLab's ways to set the status of a commit, on loopback."""

import json
import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from tests.cluster.harness.objects import Object

TOKEN = "token-of-the-test"

GITHUB = re.compile(r"/api/v3/repos/[^/]+/[^/]+/statuses/(?P<commit>\w+)")
GITLAB = re.compile(r"/api/v4/projects/(?P<project>[^/]+)/statuses/(?P<commit>\w+)")
SIGN_IN = re.compile(r"/app/installations/\d+/access_tokens")


class Report(NamedTuple):
    """One commit status received by a Git host."""

    forge: str
    commit: str
    name: str
    state: str


@dataclass
class Forge:
    """Its address, and the received requests in order."""

    url: str = ""
    heard: list[Report] = field(default_factory=list[Report])
    refused: list[str] = field(default_factory=list[str])

    def of(self, commit: str, name: str) -> dict[str, list[str]]:
        """The states of a commit under a name, by forge."""
        found: dict[str, list[str]] = {}
        for each in tuple(self.heard):
            if (each.commit, each.name) == (commit, name):
                found.setdefault(each.forge, []).append(each.state)
        return found

    def report(self) -> str:
        """All received requests."""
        return "\n  ".join(("the forges have heard:", *map(str, self.heard), *self.refused))

    def answer(self, path: str, headers: dict[str, str], body: Object) -> tuple[int, dict[str, str]]:
        """Take a request as the forge would."""
        if SIGN_IN.fullmatch(path):
            return 201, {"token": TOKEN, "expires_at": "2099-01-01T00:00:00Z"}
        if (found := GITHUB.fullmatch(path)) and headers.get("authorization", "").endswith(f" {TOKEN}"):
            report = Report("github", found["commit"], body.text("context"), body.text("state"))
        elif (found := GITLAB.fullmatch(path)) and headers.get("private-token") == TOKEN:
            report = Report("gitlab", found["commit"], body.text("name"), body.text("state"))
        else:
            self.refused.append(f"{path} is no request of a known token")
            return 404, {}
        self.heard.append(report)
        return 201, {}


@contextmanager
def listening() -> Generator[Forge]:
    """Have a forge on a free port."""
    forge = Forge()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
            headers = {key.lower(): value for key, value in self.headers.items()}
            status, said = forge.answer(self.path, headers, Object(body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    forge.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
