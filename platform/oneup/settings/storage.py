"""The buckets of an AWS stack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from oneup.settings.addons.enabled import bucket_purposes
from oneup.settings.base import Section
from oneup.settings.errors import Problem, display, join_names
from oneup.settings.formats.aws import Days, Region
from oneup.settings.names import PURPOSES, Purpose

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, Settings


class BucketRetention(Section):
    """Retention of objects in buckets."""

    logs_days: Days = 90
    """Loki's logs."""

    metrics_days: Days = 60
    """Prometheus snapshots; must be longer than Prometheus's own retention, by as long as a snapshot should be
    usable.
    """

    traces_days: Days = 14
    """Tempo's traces."""

    backups_days: Days = 90
    """Backups of Velero and others."""

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
    """S3 buckets: private, encrypted with the stack's key, TLS only, with expiration."""

    buckets: tuple[Purpose, ...] = ()
    """Buckets to create in any case; those that an enabled addon writes to are created automatically."""

    retention: BucketRetention = BucketRetention()
    """Retention of objects."""

    copy_region: Region | None = None
    """A second region to replicate objects to; none by default."""

    copied: tuple[Purpose, ...] = ("backups",)
    """Buckets that are replicated."""

    on_destroy: Literal["Delete", "Retain"] = "Delete"
    """Whether a destroy deletes the buckets with all objects."""

    def days(self, purpose: Purpose) -> int:
        """For how many days the objects of a bucket are kept."""
        return self.retention.days(purpose)

    def is_replicated(self, purpose: Purpose) -> bool:
        """Whether a bucket is copied to a second region."""
        return self.copy_region is not None and purpose in self.copied


def copy_region(settings: "AwsSettings") -> Iterator[Problem]:
    """Replication goes to another region of the same partition, from buckets that the stack creates."""
    region = settings.storage.copy_region
    if region is None:
        return
    if region == settings.aws.region:
        text = f"{region} is the stack's own region; name another one, or remove this"
        yield Problem("storage.copyRegion", text)
    elif settings.aws.model_copy(update={"region": region}).partition != settings.aws.partition:
        text = (
            f"{region} is in another partition, which cannot receive replicas; use a region of this partition"
        )
        yield Problem("storage.copyRegion", text)
    made = bucket_purposes(settings)
    for purpose in settings.storage.copied:
        if purpose not in made:
            text = f"{display(purpose)} is a bucket that the stack does not create; add it to storage.buckets"
            yield Problem("storage.copied", text)


def retention_ends(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires objects after one day at the earliest."""
    for purpose in PURPOSES:
        days = settings.storage.days(purpose)
        if days < 1:
            text = f"{days} days would keep nothing; give at least 1"
            yield Problem(f"storage.retention.{purpose}Days", text)


def repeated_purposes(settings: "AwsSettings") -> Iterator[Problem]:
    """Each bucket is named once."""
    named = settings.storage.buckets
    twice = sorted({purpose for purpose in named if named.count(purpose) > 1})
    if twice:
        yield Problem("storage.buckets", f"{join_names(twice)} listed twice; list each bucket once")


def backup_copies(settings: "Settings") -> Iterator[Problem]:
    """The bucket keeps backups at least as long as Velero."""
    on_aws = settings.foundation == "aws"
    retention = settings.storage.retention if on_aws else settings.existing.retention
    where = f"{'storage' if on_aws else 'existing'}.retention.backupsDays"
    velero, kept = settings.addons.velero, retention.backups_days
    if velero.enabled and velero.keep_days > kept:
        text = (
            f"{velero.keep_days} days is longer than the bucket's retention"
            f" ({where}, {kept}); keep {kept} at most, or raise that"
        )
        yield Problem("addons.velero.keepDays", text)


def snapshot_copies(settings: "AwsSettings") -> Iterator[Problem]:
    """The bucket keeps blocks longer than Prometheus: old blocks of a snapshot were uploaded when they were new."""
    addons, kept = settings.addons, settings.storage.days("metrics")
    figures = addons.kube_prometheus_stack.prometheus.retention_days
    if addons.prometheus_snapshots.enabled and kept <= figures:
        text = (
            f"{kept} days is not longer than Prometheus's own retention"
            f" (addons.kubePrometheusStack.prometheus.retentionDays, {figures}): a snapshot would miss its"
            f" oldest blocks at once; keep {figures + 1} at least"
        )
        yield Problem("storage.retention.metricsDays", text)
