"""The buckets of an AWS stack."""

from typing import Literal, TypeAlias, get_args

from oneup.settings.base import Section
from oneup.settings.formats.aws import Days, Region

Purpose: TypeAlias = Literal["logs", "metrics", "traces", "backups"]
"""What the platform keeps in buckets, each in one of its own."""

PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


class Retention(Section):
    """For how long the buckets keep their objects."""

    logs_days: Days = 90
    """Loki's."""

    metrics_days: Days = 60
    """Snapshots of Prometheus; longer than Prometheus itself keeps figures, by as long as a snapshot is to be
    of use.
    """

    traces_days: Days = 14
    """Tempo's."""

    backups_days: Days = 90
    """Velero's, and what else is backed up."""

    def days(self, purpose: Purpose) -> int:
        """For how many days the objects of a bucket are kept."""
        kept: dict[Purpose, int] = {
            "logs": self.logs_days,
            "metrics": self.metrics_days,
            "traces": self.traces_days,
            "backups": self.backups_days,
        }
        return kept[purpose]


class Storage(Section):
    """Buckets: private, encrypted with the stack's key, over TLS only, each object with an end."""

    buckets: tuple[Purpose, ...] = ()
    """Made in any case; those that an installed addon writes to are made without being named."""

    retention: Retention = Retention()
    """For how long objects are kept."""

    copy_region: Region | None = None
    """A second region that gets a copy of every object; none where it is not given."""

    copied: tuple[Purpose, ...] = ("backups",)
    """Which buckets are copied there."""

    on_destroy: Literal["Delete", "Retain"] = "Delete"
    """What becomes of the buckets and all in them when the stack is destroyed."""

    def days(self, purpose: Purpose) -> int:
        """For how many days the objects of a bucket are kept."""
        return self.retention.days(purpose)

    def copies(self, purpose: Purpose) -> bool:
        """Whether a bucket is copied to a second region."""
        return self.copy_region is not None and purpose in self.copied
