"""Logging's knobs: who keeps lines, and who ships them."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import AwsFirst, AwsOnly, OptIn
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Unit
from oneup.settings.names import Purpose


class Loki(AwsFirst):
    """The store of log lines, in the bucket ``logs``, for as long as ``storage.retention.logsDays``."""

    stores: ClassVar[tuple[Purpose, ...]] = ("logs",)

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 768
    """Memory of each replica; it grows with the number of streams."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 10
    """Size of each replica's volume, for lines that are not yet in the bucket."""


class Shipper(AwsFirst):
    """Sends every node's lines to Loki."""


class Promtail(Shipper):
    """Sends every node's lines to Loki, as Alloy does."""

    caution: ClassVar[str] = (
        "Promtail reached its end of life on 2026-03-02; turn addons.promtail off and addons.alloy on"
    )

    enabled: bool = False
    """Whether the stack installs it, in place of Alloy."""


class FluentBit(AwsOnly):
    """Sends every node's lines to CloudWatch Logs; the CloudWatch agent then sends none."""

    enabled: bool = False
    """Whether the stack installs it."""

    retention_days: Days = 30
    """How long CloudWatch keeps the lines; it takes 1, 3, 5, 7, 14, 30, 60, 90, … days."""

    elasticsearch: bool = False
    """Whether the lines also go to the stack's Elasticsearch (``addons.eckOperator``)."""


class EckOperator(OptIn):
    """Elasticsearch and Kibana. Fluent Bit fills it where ``addons.fluentBit.elasticsearch`` says so."""

    memory: Annotated[int, Unit("MiB"), Field(ge=1024)] = 2048
    """Memory of each Elasticsearch, half of it for its heap."""

    volume: Annotated[Gibibytes, Field(ge=10)] = 50
    """Size of each Elasticsearch's volume."""

    retention_days: Annotated[Days, Field(ge=1)] = 14
    """How long log lines are kept in it."""
