"""Tracing's knobs: what is kept, and how much of it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.errors import Problem
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Unit
from oneup.settings.names import Purpose

if TYPE_CHECKING:
    from oneup.settings.model import Settings


class Tempo(OptIn):
    """The store of traces, in the bucket ``traces``, for as long as ``storage.retention.tracesDays``."""

    stores: ClassVar[tuple[Purpose, ...]] = ("traces",)

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 768
    """Its memory; it grows with the spans of the last half hour."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 10
    """Size of its volume, for traces that are not yet in the bucket."""


class Jaeger(OptIn):
    """Traces to search, in Elasticsearch where ``addons.eckOperator`` is on, else in memory."""

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 512
    """Its memory; where that is the store, some 10 KiB for each span."""

    traces: Annotated[int, Unit("traces"), Field(ge=100)] = 5000
    """How many traces it keeps where memory is the store; the oldest goes first."""

    retention_days: Annotated[Days, Field(ge=1)] = 14
    """How long it keeps them in Elasticsearch."""


class Collector(OptIn):
    """Takes spans from applications."""


class Operator(Collector):
    """Instruments pods."""

    sampled_percent: Annotated[int, Unit("%"), Field(ge=0, le=100)] = 10
    """How many of the traces that begin in an instrumented pod are kept."""


def traces_in_memory(settings: "Settings") -> Iterator[Problem]:
    """Without Elasticsearch, each restart of Jaeger loses all that it has taken."""
    if settings.environment != "production" or not settings.addons.jaeger.enabled:
        return
    if not settings.addons.eck_operator.enabled:
        lost = "true keeps traces in memory alone, where a restart loses them, and this is production"
        kept = "set addons.eckOperator.enabled: true to keep them in Elasticsearch, or"
        tempo = "addons.tempo.enabled: true in place of it"
        yield Problem("addons.jaeger.enabled", f"{lost}; {kept} {tempo}")
