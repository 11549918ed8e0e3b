"""Network flows of Ceph's daemons, operators and drivers."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.flow import Flow, Place, Pods, Port, flow, reaches
from oneup.addonkit.object_store import CEPH_GATEWAYS
from oneup.addons.ceph_csi_drivers.drivers import DRIVERS
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import ROOK_CEPH


def _daemon(part: str) -> Pods:
    name = f"rook-ceph-{part}"
    return Pods(name, ROOK_CEPH, {"app": name, "rook_cluster": ROOK_CEPH.name})


MONITORS: Final = _daemon("mon")
MANAGERS: Final = _daemon("mgr")
DISKS: Final = _daemon("osd")
FILE_SERVERS: Final = _daemon("mds")
EXPORTERS: Final = _daemon("exporter")
PREPARING: Final = _daemon("osd-prepare")
DAEMONS: Final = (
    MONITORS,
    MANAGERS,
    DISKS,
    FILE_SERVERS,
    CEPH_GATEWAYS,
    EXPORTERS,
    PREPARING,
    _daemon("crashcollector"),
)

OPERATOR: Final = Pods("rook-ceph-operator", ROOK_CEPH, {"app": "rook-ceph-operator"})
DETECTOR: Final = Pods("rook-ceph-detect-version", ROOK_CEPH, {"app": "rook-ceph-detect-version"})
"""The operator's job that detects the version of an image."""

CSI_OPERATOR: Final = Pods(
    "ceph-csi-operator", ROOK_CEPH, {"control-plane": "ceph-csi-op-controller-manager"}
)
CONTROLLERS: Final = tuple(
    Pods(f"{kind.short}-controller", ROOK_CEPH, {"app": f"{kind.name}-ctrlplugin"}) for kind in DRIVERS
)
"""Provisioners; the node plugins use the host network."""

_ASKED: Final = (Port(3300), Port(6789))
"""Ports of the monitors, protocol v2 and v1."""

_BUSY: Final = Port(6800, last=7568)
"""Of all other daemons."""


def operators() -> tuple[Flow, ...]:
    """Both operators use the API; Ceph's operator also connects to its daemons."""
    on_the_api = (OPERATOR, DETECTOR, CSI_OPERATOR)
    return (
        *(each for pods in on_the_api for each in reaches(pods, Place.API_SERVER)),
        *reaches(OPERATOR),
        *_uses(OPERATOR),
        flow(OPERATOR, CEPH_GATEWAYS, 8080),
    )


def controllers() -> tuple[Flow, ...]:
    """The drivers' controllers."""
    return tuple(
        each
        for pods in CONTROLLERS
        for each in (*reaches(pods, Place.API_SERVER), *reaches(pods), *_uses(pods))
    )


def daemons() -> tuple[Flow, ...]:
    """Between Ceph daemons, and with the nodes, whose kernels mount its volumes."""
    return (
        *(each for pods in DAEMONS for each in (*reaches(pods), *_uses(pods))),
        *(each for pods in (MANAGERS, PREPARING) for each in reaches(pods, Place.API_SERVER)),
        *_uses(Place.NODES),
        prometheus.scrapes(MANAGERS, 9283),
        prometheus.scrapes(EXPORTERS, 9926),
    )


def _uses(client: Pods | Place) -> Iterator[Flow]:
    """A client gets the cluster map from a monitor, then connects to the OSDs."""
    yield flow(client, MONITORS, *_ASKED)
    for part in (MANAGERS, DISKS, FILE_SERVERS):
        yield flow(client, part, _BUSY)
