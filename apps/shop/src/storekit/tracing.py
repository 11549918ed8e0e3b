"""Distributed traces: OTLP export where an endpoint is given, and the spans of requests to others.

FastAPI makes the spans of the requests that are served, under their callers'.
"""

from collections.abc import Generator, Mapping, MutableMapping
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_tracer = trace.get_tracer("shop")


def configure(service: str, environ: Mapping[str, str]) -> None:
    """Give every request a trace; export it only where OTEL_EXPORTER_OTLP_ENDPOINT says where to.

    The exporter and the sampler read their other OTEL_* variables themselves.
    """
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.namespace": "shop"})
    )
    if environ.get(ENDPOINT):
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)


@contextmanager
def asked(name: str, headers: MutableMapping[str, str]) -> Generator[Span]:
    """The span of a request to another service; adds the headers that continue the trace there."""
    with _tracer.start_as_current_span(name, kind=SpanKind.CLIENT) as span:
        propagate.inject(headers)
        yield span


def conclude(span: Span, status: int) -> None:
    """Record the HTTP status; only a server's own failure is an error of the span."""
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))
