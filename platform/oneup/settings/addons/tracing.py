"""Tracing's knobs: what is kept, and how much of it."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Unit
from oneup.settings.storage import Purpose


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
