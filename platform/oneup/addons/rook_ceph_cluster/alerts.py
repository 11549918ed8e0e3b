"""Alerts of Ceph: health, daemons and free space."""

from typing import Final

from oneup.addonkit.alert import Alert

ALERTS: Final = (
    Alert(
        name="CephUnhealthy",
        expr="ceph_health_status == 2",
        minutes=5,
        severity="critical",
        summary="Ceph is in HEALTH_ERR: some data cannot be read or written",
        runbook="ceph-unhealthy",
    ),
    Alert(
        name="CephDegraded",
        expr="ceph_health_status == 1",
        minutes=60,
        summary="Ceph has been in HEALTH_WARN for an hour",
        runbook="ceph-degraded",
    ),
    Alert(
        name="CephMonitorMissing",
        expr="count(ceph_mon_quorum_status == 1) < count(ceph_mon_quorum_status)",
        minutes=15,
        severity="critical",
        summary="Only {{ $value }} Ceph monitors are in quorum: losing one more stops all volumes",
        runbook="ceph-monitor-missing",
    ),
    Alert(
        name="CephDiskDown",
        expr="ceph_osd_up == 0 and on (ceph_daemon) ceph_osd_in == 1",
        minutes=10,
        summary="{{ $labels.ceph_daemon }} is down: its data has one replica fewer",
        runbook="ceph-disk-down",
    ),
    Alert(
        name="CephFilling",
        expr="ceph_cluster_total_used_raw_bytes / ceph_cluster_total_bytes > 0.7",
        minutes=30,
        summary="Ceph is {{ $value | humanizePercentage }} full: it slows down at 85 % and stops at 95 %",
        runbook="ceph-filling",
    ),
    Alert(
        name="CephCopiesMissing",
        expr="ceph_pg_total - on (pool_id) ceph_pg_active > 0",
        minutes=15,
        severity="critical",
        summary="{{ $value }} placement groups of pool {{ $labels.pool_id }} can be neither read nor written",
        runbook="ceph-copies-missing",
    ),
    Alert(
        name="CephUnwatched",
        expr="absent(ceph_health_status)",
        minutes=15,
        summary="Ceph's manager exports no metrics: no other Ceph alert can fire",
        runbook="ceph-unwatched",
    ),
)
