"""What the alerts are for on clusters that exist already: storage, gateway and edge."""

from typing import Final

from case import Case, level, share

_LIVE: Final = 'kube_deployment_status_replicas_available{namespace="%s", deployment="%s"}'
_DRIVER: Final = 'namespace="rook-ceph", daemonset="rook-ceph.rbd.csi.ceph.com-nodeplugin"'
_DISK: Final = '{ceph_daemon="osd.1"}'


def without_pods(alert: str, namespace: str, deployment: str) -> Case:
    """An alert on a Deployment of which no pod is ready."""
    return level(alert, _LIVE % (namespace, deployment), "0", "1")


STORAGE: Final = (
    without_pods("RookOperatorDown", "rook-ceph", "rook-ceph-operator"),
    without_pods("SnapshotControllerDown", "kube-system", "snapshot-controller"),
    level("CephDriverMissing", f"kube_daemonset_status_number_unavailable{{{_DRIVER}}}", "1", "0"),
    level("CephUnhealthy", "ceph_health_status", "2", "1"),
    level("CephDegraded", "ceph_health_status", "1", "0"),
    Case(
        "CephMonitorMissing",
        {
            **{f'ceph_mon_quorum_status{{ceph_daemon="mon.{name}"}}': "1x200" for name in "ab"},
            'ceph_mon_quorum_status{ceph_daemon="mon.c"}': "0x200",
        },
        {f'ceph_mon_quorum_status{{ceph_daemon="mon.{name}"}}': "1x200" for name in "abc"},
    ),
    Case(
        "CephDiskDown",
        {f"ceph_osd_up{_DISK}": "0x200", f"ceph_osd_in{_DISK}": "1x200"},
        # A disk that has been taken out is no longer missed.
        {f"ceph_osd_up{_DISK}": "0x200", f"ceph_osd_in{_DISK}": "0x200"},
    ),
    share(
        "CephFilling", "ceph_cluster_total_used_raw_bytes", "ceph_cluster_total_bytes", ("71", "69", "100")
    ),
    share(
        "CephCopiesMissing", 'ceph_pg_active{pool_id="1"}', 'ceph_pg_total{pool_id="1"}', ("30", "32", "32")
    ),
    Case("CephUnwatched", {}, {"ceph_health_status": "0x200"}),
)
