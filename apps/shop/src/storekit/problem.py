"""Errors as the caller sees them: problem details (RFC 9457)."""

from collections.abc import Mapping

from fastapi import Response
from pydantic import BaseModel, Field

from storekit import logs

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """The body of every reply that is not a success."""

    title: str = Field(description="a stable code, for programs")
    status: int
    detail: str = Field(description="a sentence, for people")
    request_id: str = Field("", description="what to look for in the logs")


class Refusal(Exception):  # noqa: N818 - `raise Refusal(404, …)` says what happens: nobody erred
    """Raised anywhere below a handler: the request ends with this status and problem."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(f"{status} {title}: {detail}")
        self.status = status
        self.title = title
        self.detail = detail


class Unavailable(Refusal):
    """Something that this service needs does not answer; the same request may succeed later."""

    RETRY_AFTER_SECONDS = 2

    def __init__(self, needed: str) -> None:
        super().__init__(503, "unavailable", f"{needed} is not available; please try again")
        self.needed = needed


def problem(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Response:
    """The response that a refusal becomes."""
    body = Problem(
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        request_id=logs.request_id.get(),
    )
    return Response(body.model_dump_json(), refusal.status, headers, MEDIA_TYPE)


def problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The OpenAPI responses of an operation that may be refused; the default is every other status."""
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}}
    return {status: {"description": "Problem", "content": content} for status in (*statuses, "default")}
