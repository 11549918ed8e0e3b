"""What the alerts are for on clusters that exist already: storage, gateway and edge."""

from typing import Final

from tests.alerts.case import Case, daemons_missing, level, share, without_pods

_DRIVER: Final = 'namespace="rook-ceph", daemonset="rook-ceph.rbd.csi.ceph.com-nodeplugin"'
_DISK: Final = '{ceph_daemon="osd.1"}'


STORAGE: Final = (
    without_pods("RookOperatorDown", "rook-ceph", "rook-ceph-operator"),
    without_pods("SnapshotControllerDown", "kube-system", "snapshot-controller"),
    level("CephDriverMissing", f"kube_daemonset_status_number_unavailable{{{_DRIVER}}}", "1", "0"),
    without_pods("CephProvisionerDown", "rook-ceph", "rook-ceph.cephfs.csi.ceph.com-ctrlplugin"),
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

_DB: Final = 'namespace="ingress-system", cluster="kong-database"'

DATABASES: Final = (
    without_pods("DatabaseOperatorDown", "cnpg-system", "cloudnative-pg"),
    Case(
        "DatabaseInstanceMissing",
        {
            f'cnpg_collector_up{{{_DB}, pod="kong-database-1"}}': "1x200",
            f'cnpg_collector_up{{{_DB}, pod="kong-database-2"}}': "1x30",
        },
        {f'cnpg_collector_up{{{_DB}, pod="kong-database-{number}"}}': "1x200" for number in (1, 2)},
    ),
    level(
        "DatabaseReplicaBehind",
        'cnpg_pg_replication_lag{namespace="ingress-system", pod="kong-database-2"}',
        "600",
        "2",
    ),
    Case(
        "DatabaseBackupTooOld",
        {f"cnpg_collector_last_available_backup_timestamp{{{_DB}}}": "1x2500"},
        # Zero is what a database says that has no backup yet.
        {f"cnpg_collector_last_available_backup_timestamp{{{_DB}}}": "0x2500"},
        minutes=2450,
    ),
)

_REQUESTS: Final = 'kong_http_requests_total{service="shop", code="%s"}'

GATEWAY: Final = (
    without_pods("MetalLbDown", "metallb-system", "metallb-controller"),
    daemons_missing("MetalLbDown", "metallb-system", "metallb-speaker"),
    without_pods("KongDown", "ingress-system", "kong-kong"),
    Case(
        "KongErrors",
        {_REQUESTS % "200": "0+90x200", _REQUESTS % "503": "0+10x200"},
        {_REQUESTS % "200": "0+98x200", _REQUESTS % "503": "0+2x200"},
    ),
    level("KongWithoutDatabase", 'kong_datastore_reachable{pod="a"}', "0", "1"),
    Case(
        "KongConfigurationRefused",
        {'ingress_controller_configuration_push_count{success="false"}': "0+1x200"},
        {'ingress_controller_configuration_push_count{success="true"}': "0+1x200"},
    ),
    without_pods("IngressNginxDown", "ingress-system", "ingress-nginx-controller"),
    level(
        "IngressNginxRefusesConfiguration", "nginx_ingress_controller_config_last_reload_successful", "0", "1"
    ),
    level("TunnelDown", "cloudflared_tunnel_ha_connections", "0", "4"),
    Case(
        "TunnelErrors",
        {
            "cloudflared_tunnel_request_errors": "0+10x200",
            "cloudflared_tunnel_total_requests": "0+100x200",
        },
        {
            "cloudflared_tunnel_request_errors": "0+1x200",
            "cloudflared_tunnel_total_requests": "0+100x200",
        },
    ),
)

BARE_METAL: Final = (*STORAGE, *DATABASES, *GATEWAY)
