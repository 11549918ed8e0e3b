"""Tracing: stores, retention, sampling."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import OptInAddon
from oneup.settings.errors import Problem
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Unit
from oneup.settings.names import Purpose

if TYPE_CHECKING:
    from oneup.settings.model import Settings


class Tempo(OptInAddon):
    """Tempo: stores traces in the bucket ``traces`` for ``storage.retention.tracesDays``."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("traces",)

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 768
    """Memory; depends on the number of spans in half an hour."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 10
    """Size of its volume, which buffers traces until they are in the bucket."""


class Jaeger(OptInAddon):
    """Jaeger: stores traces in Elasticsearch if ``addons.eckOperator`` is on, else in memory."""

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 512
    """Memory; with storage in memory, about 10 KiB per span."""

    traces: Annotated[int, Unit("traces"), Field(ge=100)] = 5000
    """Maximum number of traces with storage in memory; the oldest are dropped first."""

    retention_days: Annotated[Days, Field(ge=1)] = 14
    """Retention in Elasticsearch."""


class OpenTelemetryCollector(OptInAddon):
    """The OpenTelemetry collector."""


class OpenTelemetryOperator(OpenTelemetryCollector):
    """Instruments pods."""

    sampled_percent: Annotated[int, Unit("%"), Field(ge=0, le=100)] = 10
    """Percentage of traces, started in an instrumented pod, that are kept."""


def traces_in_memory(settings: "Settings") -> Iterator[Problem]:
    """Without Elasticsearch, Jaeger loses its traces with each restart."""
    if settings.environment != "production" or not settings.addons.jaeger.enabled:
        return
    if not settings.addons.eck_operator.enabled:
        lost = "true stores traces in memory only, so a restart loses them, and this is production"
        kept = "set addons.eckOperator.enabled: true to keep them in Elasticsearch, or"
        tempo = "addons.tempo.enabled: true in place of it"
        yield Problem("addons.jaeger.enabled", f"{lost}; {kept} {tempo}")
