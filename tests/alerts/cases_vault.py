"""What the alerts on Vault and Consul are for."""

from typing import Final

from tests.alerts.case import Case, grows, level, servers_missing

_RAN: Final = 'kube_cronjob_status_last_successful_time{namespace="vault", cronjob="%s"}'
_MADE: Final = 'kube_cronjob_created{namespace="vault", cronjob="%s"}'
_OF: Final = 'job="vault-internal", pod="vault-0"'
_UP: Final = 'up{job="%s", pod="%s-0"}'


def overdue(alert: str, job: str, minutes: int) -> Case:
    """An alert on a job that comes again: it fires where none has succeeded for so long, or ever."""
    made = {_MADE % job: f"0x{2 * minutes}"}
    return Case(
        alert,
        made,
        {**made, _RAN % job: f"_x{minutes // 2} {minutes * 60}x{2 * minutes}"},
        minutes=minutes + 30,
    )


VAULT: Final = (
    level("VaultDown", f"vault_core_active{{{_OF}}}", "0", "1"),
    # Sealed servers have no figures at all.
    Case("VaultDown", {}, {f"vault_core_active{{{_OF}}}": "1x200"}),
    level("VaultServerMissing", _UP % ("vault-internal", "vault"), "0", "1"),
    grows("VaultAuditFailing", f"vault_audit_log_request_failure{{{_OF}}}"),
    level("VaultRaftUnhealthy", f"vault_autopilot_healthy{{{_OF}}}", "0", "1"),
    overdue("VaultNotConfigured", "vault-configuration", 75),
    overdue("VaultSnapshotTooOld", "vault-snapshots", 420),
    servers_missing("ConsulServerMissing", "vault", "consul-server"),
)
