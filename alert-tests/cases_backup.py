"""What the alerts on backups are for."""

from typing import Final

from case import Case, grows

BACKUP: Final = (
    grows("BackupFailed", 'velero_backup_failure_total{schedule="velero-nightly"}'),
    Case(
        "BackupTooOld",
        {'velero_backup_last_successful_timestamp{schedule="velero-nightly"}': "0x2500"},
        {'velero_backup_last_successful_timestamp{schedule="velero-nightly"}': "_x2400 144000x100"},
        minutes=2450,
    ),
)
