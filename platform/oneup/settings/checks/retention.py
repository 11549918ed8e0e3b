"""How long logs are kept."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.formats.aws import retention_complaint
from oneup.settings.model import AwsSettings


def of_flow_logs(settings: AwsSettings) -> Iterator[Problem]:
    """CloudWatch takes some numbers of days, S3 any."""
    logs = settings.network.flow_logs
    if logs is None:
        return
    key = "network.flowLogs.retentionDays"
    complaint = retention_complaint(logs.retention_days) if logs.destination == "cloudwatch" else None
    if complaint:
        yield Problem(key, complaint)
    elif logs.retention_days < 1:
        yield Problem(key, f"{logs.retention_days} days keep nothing; give at least 1")


def of_control_plane(settings: AwsSettings) -> Iterator[Problem]:
    """The control plane logs to CloudWatch."""
    complaint = retention_complaint(settings.cluster.logs.retention_days)
    if complaint:
        yield Problem("cluster.logs.retentionDays", complaint)


def of_container_logs(settings: AwsSettings) -> Iterator[Problem]:
    """Containers' lines go to CloudWatch, where Fluent Bit ships them."""
    complaint = retention_complaint(settings.addons.fluent_bit.retention_days)
    if complaint:
        yield Problem("addons.fluentBit.retentionDays", complaint)
