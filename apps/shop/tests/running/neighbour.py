"""A service that answers as a test tells it to."""

import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from storekit.upstream import Upstream


@dataclass(frozen=True)
class Reply:
    """What it answers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Received:
    """What it was asked."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Neighbour:
    """Gives the replies in their order; None: it hangs up."""

    def __init__(self) -> None:
        self.replies: list[Reply | None] = []
        self.received: list[Received] = []
        neighbour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                neighbour.received.append(Received(self.command, self.path, dict(self.headers), body))
                reply = neighbour.replies.pop(0)
                if reply is None:
                    self.close_connection = True
                    return
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(reply.body)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.upstream = Upstream("neighbour", f"http://127.0.0.1:{self.server.server_port}", 2)


@contextmanager
def listening() -> Generator[Neighbour]:
    """A neighbour, for as long as it is needed."""
    made = Neighbour()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()
