"""Ceph: volumes, shared file systems and buckets on the storage nodes' own disks."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, Capability, Chart, ResourceRequests
from oneup.addonkit.grafana import dashboard_of
from oneup.addonkit.object_store import CEPH_ADDON
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addons import ceph_csi_drivers, kube_prometheus_stack, rook_ceph, snapshot_controller
from oneup.addons.rook_ceph_cluster import pools, traffic
from oneup.addons.rook_ceph_cluster.alerts import ALERTS
from oneup.addons.rook_ceph_cluster.placement import PLACEMENT
from oneup.settings.addons.storage import RookCephCluster
from oneup.settings.existing import Node, NodeRole
from oneup.settings.model import ExistingSettings
from oneup.values import Value, Values
from oneup.workspace.namespace import ROOK_CEPH

NAME: Final = CEPH_ADDON

MONITORS: Final = 3
MANAGERS: Final = 2

# Memory limits are the chart's own: Ceph's daemons and jobs need much more than their requests for a moment.
_MONITOR: Final = ContainerRequests(250, 1024, limit_mib=2048)
_MANAGER: Final = ContainerRequests(250, 1024)
_SIDECAR: Final = ContainerRequests(10, 64, limit_mib=128)
"""Labels the active manager."""

_LOG_COLLECTOR: Final = ContainerRequests(10, 64, limit_mib=1024)
"""Rotates the logs of a daemon."""

_WATCHER: Final = ContainerRequests(20, 64, limit_mib=128)
"""The crash collector and the exporter: one of each on a node with daemons."""

_JOB: Final = ContainerRequests(100, 512, limit_mib=1024)
"""Jobs that clean up and ask for versions."""

_PREPARATION: Final = ContainerRequests(100, 512, limit_mib=2048)
"""The job that prepares a disk: `cryptsetup luksFormat` takes up to 1 GiB (rook#13120)."""


def addon(context: AddonContext) -> Addon:
    """The release in ``rook-ceph``, then pools and classes.

    ``after`` is ready when Ceph reports ready, which everything that needs a
    volume or a bucket waits for. Destroy uses the reverse order: users, classes, pools, Ceph, operator.
    """
    settings = context.existing
    knobs = settings.addons.rook_ceph_cluster
    return Addon(
        name=NAME,
        namespace=ROOK_CEPH,
        chart=Chart("https://charts.rook.io/release", "rook-ceph-cluster", "v1.20.6"),
        values={
            "operatorNamespace": ROOK_CEPH.name,
            "monitoring": {"enabled": context.has_monitoring},
            "cephClusterSpec": _cluster(settings, knobs),
            # Created below as separate resources, so that each has a readiness check.
            "cephBlockPools": [],
            "cephFileSystems": [],
            "cephObjectStores": [],
        },
        requires=(rook_ceph.NAME, ceph_csi_drivers.NAME, snapshot_controller.NAME),
        reads_settings_of=(kube_prometheus_stack.NAME,),
        provides=(Capability.VOLUMES, Capability.OBJECT_STORE),
        uses=(Capability.MONITORS,),
        has_services=False,
        timeout_seconds=900,
        prerequisite_manifests=(dashboard_of("ceph", ROOK_CEPH, "rook_ceph_cluster/dashboard.json"),)
        if kube_prometheus_stack.NAME in context.enabled
        else (),
        post_install_manifests=(*pools.pools(), *pools.storage_classes(knobs), *pools.snapshot_classes()),
        alerts=ALERTS,
        pod_selectors=traffic.DAEMONS,
        network_flows=traffic.daemons(),
        requests=_footprint(settings.existing.nodes_with_role(NodeRole.STORAGE), knobs),
        node_role=NodeRole.STORAGE,
        owns_external_resources=True,
    )


def _cluster(settings: ExistingSettings, knobs: RookCephCluster) -> Values:
    """Ceph's daemons: placement, count, resources and disks."""
    disk = ContainerRequests(500, knobs.disk_memory)
    sizes: dict[str, ContainerRequests] = {
        "mon": _MONITOR,
        "mgr": _MANAGER,
        "osd": disk,
        "mgr-sidecar": _SIDECAR,
    }
    sizes |= {"logcollector": _LOG_COLLECTOR, "crashcollector": _WATCHER, "exporter": _WATCHER}
    sizes |= {"prepareosd": _PREPARATION, "cleanup": _JOB, "cmd-reporter": _JOB}
    confirmed: Values = {"confirmation": "yes-really-destroy-data"} if knobs.wipe_on_destroy else {}
    return {
        "mon": {"count": MONITORS, "allowMultiplePerNode": False},
        "mgr": {"count": MANAGERS, "allowMultiplePerNode": False},
        "dashboard": {"enabled": True, "ssl": True},
        "network": {
            "connections": {
                "requireMsgr2": knobs.encrypt_traffic,
                "encryption": {"enabled": knobs.encrypt_traffic},
            }
        },
        "placement": {"all": PLACEMENT},
        "resources": {part: size.resources for part, size in sizes.items()},
        "storage": _disks(settings.existing.nodes_with_role(NodeRole.STORAGE), knobs),
        # Otherwise retained volumes would block the deletion of Ceph.
        "cleanupPolicy": {**confirmed, "allowUninstallWithVolumes": True},
    }


def _disks(nodes: tuple[Node, ...], knobs: RookCephCluster) -> Values:
    """The disks of each storage node: those in its settings, otherwise those that match the filter."""
    named: list[Value] = [{"name": node.name, **_own(node, knobs)} for node in nodes]
    return {
        "useAllNodes": False,
        "useAllDevices": False,
        "nodes": named,
        "config": {"encryptedDevice": "true" if knobs.encrypt_disks else "false"},
    }


def _own(node: Node, knobs: RookCephCluster) -> Values:
    if node.devices:
        return {"devices": [{"name": device} for device in node.devices]}
    return {"deviceFilter": knobs.device_filter or ""}


def _footprint(nodes: tuple[Node, ...], knobs: RookCephCluster) -> ResourceRequests:
    """All of Ceph's daemons; a node without listed disks counts as one disk."""
    disks = sum(max(len(node.devices), 1) for node in nodes)
    disk = ContainerRequests(500, knobs.disk_memory) + _SIDECAR
    return pod_requests(
        (_MONITOR + _SIDECAR, MONITORS),
        (_MANAGER + _SIDECAR + _SIDECAR, MANAGERS),
        (disk, disks),
        (pools.METADATA_SERVER + _SIDECAR, pools.METADATA_SERVERS),
        (pools.OBJECT_GATEWAY + _SIDECAR, pools.OBJECT_GATEWAY_COUNT),
        (_WATCHER, 2 * len(nodes)),
    )
