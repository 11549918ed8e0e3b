"""Logging: stores and shippers."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import AwsAddon, AwsDefaultAddon, OptInAddon
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Unit
from oneup.settings.names import Purpose


class Loki(AwsDefaultAddon):
    """Loki: stores logs in the bucket ``logs`` for ``storage.retention.logsDays``."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("logs",)

    memory: Annotated[int, Unit("MiB"), Field(ge=256)] = 768
    """Memory of each replica; it grows with the number of streams."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 10
    """Size of each replica's volume, which buffers log lines until they are in the bucket."""


class LogShipper(AwsDefaultAddon):
    """Ships the logs of every node to Loki."""


class Promtail(LogShipper):
    """Ships the logs of every node to Loki, like Alloy."""

    deprecation: ClassVar[str] = (
        "Promtail reached its end of life on 2026-03-02; turn addons.promtail off and addons.alloy on"
    )

    enabled: bool = False
    """Whether the stack installs it, instead of Alloy."""


class FluentBit(AwsAddon):
    """Ships the logs of every node to CloudWatch Logs, instead of the CloudWatch agent."""

    enabled: bool = False
    """Whether the stack installs it."""

    retention_days: Days = 30
    """CloudWatch retention; allowed are 1, 3, 5, 7, 14, 30, 60, 90, … days."""

    elasticsearch: bool = False
    """Whether logs are also shipped to Elasticsearch (``addons.eckOperator``)."""


class EckOperator(OptInAddon):
    """Elasticsearch and Kibana; ``addons.fluentBit.elasticsearch`` ships logs to it."""

    memory: Annotated[int, Unit("MiB"), Field(ge=1024)] = 2048
    """Memory of each Elasticsearch node; half of it is heap."""

    volume: Annotated[Gibibytes, Field(ge=10)] = 50
    """Volume size of each Elasticsearch node."""

    retention_days: Annotated[Days, Field(ge=1)] = 14
    """Retention of logs in Elasticsearch."""
