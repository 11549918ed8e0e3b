import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import BaseModel

from running.process import free_port
from storekit.problem import Refusal, Unavailable
from storekit.upstream import Ask, Upstream


class Answer(BaseModel):
    number: int


class Neighbour:
    """A service that answers as it is told to; None: it hangs up."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, bytes] | None] = []
        self.headers: list[dict[str, str]] = []
        neighbour = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                neighbour.headers.append(dict(self.headers))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                reply = neighbour.replies.pop(0)
                if reply is None:
                    self.close_connection = True
                    return
                self.send_response(reply[0])
                self.send_header("Content-Length", str(len(reply[1])))
                self.end_headers()
                self.wfile.write(reply[1])

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.upstream = Upstream("neighbour", f"http://127.0.0.1:{self.server.server_port}", 2)


@pytest.fixture
def neighbour() -> Generator[Neighbour]:
    made = Neighbour()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


OK = (200, b'{"number": 1}')


def test_an_answer_is_read(neighbour: Neighbour) -> None:
    neighbour.replies = [OK]
    assert neighbour.upstream.call(Ask("GET", "/"), Answer).number == 1


def test_a_trace_goes_on_at_the_neighbour_s(neighbour: Neighbour) -> None:
    neighbour.replies = [OK]
    neighbour.upstream.call(Ask("POST", "/", Answer(number=1)), Answer)
    assert neighbour.headers[0]["Content-Type"] == "application/json"
    assert "X-Request-Id" in neighbour.headers[0]


def test_a_refusal_is_passed_on_in_the_neighbour_s_words(neighbour: Neighbour) -> None:
    neighbour.replies = [(409, b'{"title": "taken", "status": 409, "detail": "too late"}')]
    with pytest.raises(Refusal) as refusal:
        neighbour.upstream.call(Ask("GET", "/"), Answer)
    assert (refusal.value.status, refusal.value.title, refusal.value.detail) == (409, "taken", "too late")


@pytest.mark.parametrize("reply", [(500, b"{}"), (503, b"{}"), (200, b"<html>"), (404, b"<html>")])
def test_failures_and_nonsense_are_unavailability(neighbour: Neighbour, reply: tuple[int, bytes]) -> None:
    neighbour.replies = [reply]
    with pytest.raises(Unavailable):
        neighbour.upstream.call(Ask("GET", "/"), Answer)


def test_a_lost_answer_is_asked_for_again_if_that_is_safe(neighbour: Neighbour) -> None:
    neighbour.replies = [None, OK]
    assert neighbour.upstream.call(Ask("GET", "/"), Answer).number == 1


def test_a_lost_answer_is_not_asked_for_again_if_that_would_do_it_twice(neighbour: Neighbour) -> None:
    neighbour.replies = [None, OK]
    with pytest.raises(Unavailable):
        neighbour.upstream.call(Ask("POST", "/", repeatable=False), Answer)
    assert neighbour.replies == [OK]


def test_nobody_there_is_unavailability() -> None:
    with pytest.raises(Unavailable):
        Upstream("nobody", f"http://127.0.0.1:{free_port()}", 1).call(Ask("GET", "/"), Answer)
