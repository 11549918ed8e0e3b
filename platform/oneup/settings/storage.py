"""The buckets of an AWS stack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from oneup.settings.addons.enabled import buckets
from oneup.settings.base import Section
from oneup.settings.errors import Problem, listed, shown
from oneup.settings.formats.aws import Days, Region
from oneup.settings.names import PURPOSES, Purpose

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, Settings


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


def copy_region(settings: "AwsSettings") -> Iterator[Problem]:
    """A copy goes to another region of the partition, from buckets that are made."""
    region = settings.storage.copy_region
    if region is None:
        return
    if region == settings.aws.region:
        text = f"{region} is the stack's own region; name another one, or remove this"
        yield Problem("storage.copyRegion", text)
    elif settings.aws.model_copy(update={"region": region}).partition != settings.aws.partition:
        text = f"{region} is in another partition, which takes no copies; name a region of this one"
        yield Problem("storage.copyRegion", text)
    made = buckets(settings)
    for purpose in settings.storage.copied:
        if purpose not in made:
            text = f"{shown(purpose)} is a bucket that the stack does not make; add it to storage.buckets"
            yield Problem("storage.copied", text)


def retention_ends(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    for purpose in PURPOSES:
        days = settings.storage.days(purpose)
        if days < 1:
            text = f"{days} days would keep nothing; keep 1 at least"
            yield Problem(f"storage.retention.{purpose}Days", text)


def repeated_purposes(settings: "AwsSettings") -> Iterator[Problem]:
    """Each bucket is named once."""
    named = settings.storage.buckets
    twice = sorted({purpose for purpose in named if named.count(purpose) > 1})
    if twice:
        yield Problem("storage.buckets", f"{listed(twice)} twice; name each bucket once")


def backup_copies(settings: "Settings") -> Iterator[Problem]:
    """The bucket does not drop a backup that Velero still counts on."""
    on_aws = settings.foundation == "aws"
    retention = settings.storage.retention if on_aws else settings.existing.retention
    where = f"{'storage' if on_aws else 'existing'}.retention.backupsDays"
    velero, kept = settings.addons.velero, retention.backups_days
    if velero.enabled and velero.keep_days > kept:
        text = (
            f"{velero.keep_days} days is longer than the bucket keeps anything"
            f" ({where}, {kept}); keep {kept} at most, or raise that"
        )
        yield Problem("addons.velero.keepDays", text)


def snapshot_copies(settings: "AwsSettings") -> Iterator[Problem]:
    """A snapshot's oldest blocks were copied when they were new, and leave the bucket first."""
    addons, kept = settings.addons, settings.storage.days("metrics")
    figures = addons.kube_prometheus_stack.prometheus.retention_days
    if addons.prometheus_snapshots.enabled and kept <= figures:
        text = (
            f"{kept} days is no longer than Prometheus itself keeps figures"
            f" (addons.kubePrometheusStack.prometheus.retentionDays, {figures}): a snapshot would miss its"
            f" oldest blocks at once; keep {figures + 1} at least"
        )
        yield Problem("storage.retention.metricsDays", text)
