import pytest
from pydantic import BaseModel

from running.neighbour import Neighbour, Reply
from running.process import free_port
from storekit.problem import Refusal, Unavailable
from storekit.upstream import Ask, Upstream


class Answer(BaseModel):
    number: int


OK = Reply(200, b'{"number": 1}')


def test_an_answer_is_read(neighbour: Neighbour) -> None:
    neighbour.replies = [OK]
    assert neighbour.upstream.call(Ask("GET", "/"), Answer).number == 1


def test_a_trace_goes_on_at_the_neighbour_s(neighbour: Neighbour) -> None:
    neighbour.replies = [OK]
    neighbour.upstream.call(Ask("POST", "/", Answer(number=1)), Answer)
    assert neighbour.received[0].headers["Content-Type"] == "application/json"
    assert "X-Request-Id" in neighbour.received[0].headers


def test_a_refusal_is_passed_on_in_the_neighbour_s_words(neighbour: Neighbour) -> None:
    neighbour.replies = [Reply(409, b'{"title": "taken", "status": 409, "detail": "too late"}')]
    with pytest.raises(Refusal) as refusal:
        neighbour.upstream.call(Ask("GET", "/"), Answer)
    assert (refusal.value.status, refusal.value.title, refusal.value.detail) == (409, "taken", "too late")


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (503, b"{}"), (200, b"<html>"), (404, b"<html>")])
def test_failures_and_nonsense_are_unavailability(neighbour: Neighbour, status: int, body: bytes) -> None:
    neighbour.replies = [Reply(status, body)]
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
