"""Structured logs: one JSON object a line, each with the ids of its request and trace."""

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TypeAlias

from opentelemetry import trace

Field: TypeAlias = str | int | float | bool | None

request_id: ContextVar[str] = ContextVar("request_id", default="")
_log = logging.getLogger("shop")


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its newline."""
        entry: dict[str, Field] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "message": record.getMessage(),
            **_identity(),
        }
        fields: dict[str, Field] = getattr(record, "fields", {})
        entry.update(fields)
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def configure(service: str, level: str) -> None:
    """Send every logger of this process to standard output as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # its retries are counted by our metrics


def say(message: str, level: int = logging.INFO, **fields: Field) -> None:
    """Log one event with its fields."""
    _log.log(level, message, extra={"fields": fields})


def failure(message: str) -> None:
    """Log the exception that is being handled."""
    _log.exception(message)


def _identity() -> dict[str, Field]:
    found: dict[str, Field] = {}
    if request_id.get():
        found["request_id"] = request_id.get()
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        found["trace_id"] = trace.format_trace_id(span.trace_id)
        found["span_id"] = trace.format_span_id(span.span_id)
    return found
