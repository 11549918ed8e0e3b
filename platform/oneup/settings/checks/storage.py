"""The stack's buckets."""

from collections.abc import Iterator

from oneup.settings.addons.places import buckets
from oneup.settings.errors import Problem, listed, shown
from oneup.settings.model import AwsSettings, Settings
from oneup.settings.storage import PURPOSES


def copies(settings: AwsSettings) -> Iterator[Problem]:
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


def ends(settings: AwsSettings) -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    for purpose in PURPOSES:
        days = settings.storage.days(purpose)
        if days < 1:
            text = f"{days} days would keep nothing; keep 1 at least"
            yield Problem(f"storage.retention.{purpose}Days", text)


def repeated(settings: AwsSettings) -> Iterator[Problem]:
    """Each bucket is named once."""
    named = settings.storage.buckets
    twice = sorted({purpose for purpose in named if named.count(purpose) > 1})
    if twice:
        yield Problem("storage.buckets", f"{listed(twice)} twice; name each bucket once")


def backups(settings: Settings) -> Iterator[Problem]:
    """The bucket does not drop a backup that Velero still counts on."""
    on_aws = isinstance(settings, AwsSettings)
    retention = settings.storage.retention if on_aws else settings.existing.retention
    where = f"{'storage' if on_aws else 'existing'}.retention.backupsDays"
    velero, kept = settings.addons.velero, retention.backups_days
    if velero.enabled and velero.keep_days > kept:
        text = (
            f"{velero.keep_days} days is longer than the bucket keeps anything"
            f" ({where}, {kept}); keep {kept} at most, or raise that"
        )
        yield Problem("addons.velero.keepDays", text)


def snapshots(settings: AwsSettings) -> Iterator[Problem]:
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
