"""Network flows of Ceph's daemons, operators and drivers."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, Port, allow_egress, network_flow
from oneup.addonkit.object_store import CEPH_GATEWAYS
from oneup.addons.ceph_csi_drivers.drivers import DRIVERS
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import ROOK_CEPH


def _daemon(part: str) -> PodSelector:
    name = f"rook-ceph-{part}"
    return PodSelector(name, ROOK_CEPH, {"app": name, "rook_cluster": ROOK_CEPH.name})


MONITORS: Final = _daemon("mon")
MANAGERS: Final = _daemon("mgr")
OSDS: Final = _daemon("osd")
METADATA_SERVERS: Final = _daemon("mds")
EXPORTERS: Final = _daemon("exporter")
OSD_PREPARE_JOBS: Final = _daemon("osd-prepare")
DAEMONS: Final = (
    MONITORS,
    MANAGERS,
    OSDS,
    METADATA_SERVERS,
    CEPH_GATEWAYS,
    EXPORTERS,
    OSD_PREPARE_JOBS,
    _daemon("crashcollector"),
)

OPERATOR: Final = PodSelector("rook-ceph-operator", ROOK_CEPH, {"app": "rook-ceph-operator"})
VERSION_JOB: Final = PodSelector("rook-ceph-detect-version", ROOK_CEPH, {"app": "rook-ceph-detect-version"})
"""The operator's job that detects the version of an image."""

CSI_OPERATOR: Final = PodSelector(
    "ceph-csi-operator", ROOK_CEPH, {"control-plane": "ceph-csi-op-controller-manager"}
)
CONTROLLERS: Final = tuple(
    PodSelector(f"{kind.short}-controller", ROOK_CEPH, {"app": f"{kind.name}-ctrlplugin"}) for kind in DRIVERS
)
"""Provisioners; the node plugins use the host network."""

_MONITOR_PORTS: Final = (Port(3300), Port(6789))
"""Ports of the monitors, protocol v2 and v1."""

_DAEMON_PORTS: Final = Port(6800, last=7568)
"""Of all other daemons."""


def operators() -> tuple[NetworkFlow, ...]:
    """Both operators use the API; Ceph's operator also connects to its daemons."""
    on_the_api = (OPERATOR, VERSION_JOB, CSI_OPERATOR)
    return (
        *(each for pods in on_the_api for each in allow_egress(pods, Peer.API_SERVER)),
        *allow_egress(OPERATOR),
        *_uses(OPERATOR),
        network_flow(OPERATOR, CEPH_GATEWAYS, 8080),
    )


def controllers() -> tuple[NetworkFlow, ...]:
    """The drivers' controllers."""
    return tuple(
        each
        for pods in CONTROLLERS
        for each in (*allow_egress(pods, Peer.API_SERVER), *allow_egress(pods), *_uses(pods))
    )


def daemons() -> tuple[NetworkFlow, ...]:
    """Between Ceph daemons, and with the nodes, whose kernels mount its volumes."""
    return (
        *(each for pods in DAEMONS for each in (*allow_egress(pods), *_uses(pods))),
        *(each for pods in (MANAGERS, OSD_PREPARE_JOBS) for each in allow_egress(pods, Peer.API_SERVER)),
        *_uses(Peer.NODES),
        prometheus.allow_scraping(MANAGERS, 9283),
        prometheus.allow_scraping(EXPORTERS, 9926),
    )


def _uses(client: PodSelector | Peer) -> Iterator[NetworkFlow]:
    """A client gets the cluster map from a monitor, then connects to the OSDs."""
    yield network_flow(client, MONITORS, *_MONITOR_PORTS)
    for part in (MANAGERS, OSDS, METADATA_SERVERS):
        yield network_flow(client, part, _DAEMON_PORTS)
