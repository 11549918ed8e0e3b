"""What the alerts on backups are for."""

from typing import Final

from tests.alerts.case import Case, grows, without_pods

_NOT_KEPT: Final = 'pushsecret_status_condition{name="sealed-secrets-keys", condition="Ready", status="%s"}'


def stale(alert: str, job: str) -> Case:
    """An alert on a nightly job: it fires where none has succeeded for long, or ever, since it was made."""
    made, last = "kube_cronjob_created", "kube_cronjob_status_last_successful_time"
    labels = f'{{namespace="monitoring", cronjob="{job}"}}'
    return Case(
        alert,
        {f"{made}{labels}": "0x2500"},
        {f"{made}{labels}": "0x2500", f"{last}{labels}": "_x2000 120000x600"},
        minutes=2450,
    )


_VELERO: Final = 'kube_deployment_created{namespace="backup", deployment="velero"}'
_GOOD: Final = 'velero_backup_last_successful_timestamp{schedule="velero-nightly"}'

BACKUP: Final = (
    without_pods("VeleroDown", "backup", "velero"),
    grows("BackupFailed", 'velero_backup_failure_total{schedule="velero-nightly"}'),
    Case(
        "BackupTooOld",
        {_GOOD: "0x2500", _VELERO: "0x2500"},
        {_GOOD: "_x2000 120000x600", _VELERO: "0x2500"},
        minutes=2450,
    ),
    # There has never been one, for long and since an hour ago.
    Case("BackupTooOld", {_VELERO: "0x2500"}, {_VELERO: "_x2300 140000x200"}, minutes=2450),
    stale("PrometheusSnapshotTooOld", "prometheus-snapshots"),
    stale("GrafanaExportTooOld", "grafana-export"),
    Case(
        "SealedSecretsKeysNotKept",
        {_NOT_KEPT % "False": "1x300"},
        {_NOT_KEPT % "False": "0x300", _NOT_KEPT % "True": "1x300"},
        minutes=200,
    ),
    # Also if nothing is pushed at all.
    Case("SealedSecretsKeysNotKept", {}, {_NOT_KEPT % "True": "1x300"}, minutes=200),
)
