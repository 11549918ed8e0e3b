"""Backups: schedules and retention."""

from typing import Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import AwsOptInAddon, OptInAddon
from oneup.settings.formats.aws import Days
from oneup.settings.formats.kubernetes import Cron
from oneup.settings.names import Purpose


class Velero(OptInAddon):
    """Velero: backups of objects to the bucket ``backups``, and of volumes as snapshots."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("backups",)

    schedule: Cron = "17 1 * * *"
    """When, as cron writes it, in UTC."""

    keep_days: Annotated[Days, Field(ge=1)] = 30
    """Retention of backups and snapshots; at most ``storage.retention.backupsDays``."""


class PrometheusSnapshots(AwsOptInAddon):
    """Snapshots of Prometheus, in the bucket ``metrics``."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("metrics",)

    schedule: Cron = "41 2 * * *"
    """When, as cron writes it, in UTC."""


class GrafanaExport(AwsOptInAddon):
    """Dashboards, folders and alerts of Grafana, in the bucket ``backups``."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("backups",)

    schedule: Cron = "11 3 * * *"
    """When, as cron writes it, in UTC."""
