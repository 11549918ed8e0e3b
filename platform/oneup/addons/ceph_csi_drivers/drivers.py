"""The two CSI drivers of Ceph: driver objects and their RBAC.

The permissions are those of the drivers' chart (ceph-csi-drivers of ceph-csi-operator 1.0.4),
without group snapshots, replication and OpenShift, which are not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from oneup.addonkit.addon import Manifest
from oneup.addonkit.pods import EVERYWHERE, Size
from oneup.addonkit.rbac import LOOK, at_home, everywhere, may, service_account
from oneup.values import Values
from oneup.workspace.namespace import ROOK_CEPH

_PLUGIN: Final = Size(50, 256)
_SIDECAR: Final = Size(10, 64)

CONTROLLER: Final = _PLUGIN + _SIDECAR + _SIDECAR + _SIDECAR + _SIDECAR
"""One controller's pod: the plugin, and what provisions, resizes, attaches and snapshots."""

NODE: Final = _PLUGIN + _SIDECAR
"""One node's pod: the plugin and its registrar."""

_SIDECARS: Final = ("provisioner", "resizer", "attacher", "snapshotter")


@dataclass(frozen=True)
class Kind:
    """A driver."""

    short: Literal["rbd", "cephfs"]

    @property
    def name(self) -> str:
        """The provisioner's name in storage classes: Rook's, which starts with its namespace."""
        return f"{ROOK_CEPH.name}.{self.short}.csi.ceph.com"

    def account(self, part: str) -> str:
        """The service account of the driver's ``ctrlplugin`` or ``nodeplugin``."""
        return f"{self.name.replace('.', '-')}-{part}"


BLOCK: Final = Kind("rbd")
SHARED: Final = Kind("cephfs")
DRIVERS: Final = (BLOCK, SHARED)

OPERATOR_CONFIG: Final = Manifest(
    api_version="csi.ceph.io/v1",
    kind="OperatorConfig",
    name="ceph-csi-operator-config",
    namespace=ROOK_CEPH.name,
    body={
        "spec": {
            "driverSpecDefaults": {
                # The config map in which the operator's release lists compatible images.
                "imageSet": {"name": "rook-csi-operator-image-set-configmap"},
                "snapshotPolicy": "volumeSnapshot",
                "deployCsiAddons": False,
            }
        }
    },
)


def driver(kind: Kind, replicas: int) -> Manifest:
    """A driver: its controller on workers, its node plugin on every node."""
    sizes: Values = {"plugin": _PLUGIN.resources, **dict.fromkeys(_SIDECARS, _SIDECAR.resources)}
    controller: Values = {
        "serviceAccountName": kind.account("ctrlplugin"),
        "replicas": replicas,
        "priorityClassName": "system-cluster-critical",
        "resources": sizes,
    }
    node: Values = {
        "serviceAccountName": kind.account("nodeplugin"),
        "priorityClassName": "system-node-critical",
        "tolerations": EVERYWHERE,
        "resources": {"plugin": _PLUGIN.resources, "registrar": _SIDECAR.resources},
    }
    return Manifest(
        api_version="csi.ceph.io/v1",
        kind="Driver",
        name=kind.name,
        namespace=ROOK_CEPH.name,
        body={"spec": {"fsGroupPolicy": "File", "controllerPlugin": controller, "nodePlugin": node}},
    )


def accounts(kind: Kind) -> Iterator[Manifest]:
    """Service accounts, roles and bindings of a driver's two parts."""
    home = ROOK_CEPH.name
    controller, node = kind.account("ctrlplugin"), kind.account("nodeplugin")
    yield service_account(controller, home)
    yield from everywhere(controller, home, *_BOTH, *_CONTROLS)
    yield from at_home(controller, home, *_SELF, may("coordination.k8s.io", "leases", _LEADS))
    yield service_account(node, home)
    yield from everywhere(node, home, *_BOTH, *_MOUNTS)
    yield from at_home(node, home, *_SELF)


_STORAGE: Final = "storage.k8s.io"
_SNAPSHOT: Final = "snapshot.storage.k8s.io"
_LEADS: Final = f"{LOOK} create update delete"

_BOTH: Final = (
    may("", "configmaps serviceaccounts", "get"),
    may("", "events", "list watch create update patch"),
    may("authentication.k8s.io", "tokenreviews", "create"),
)
_CONTROLS: Final = (
    may("", "nodes", LOOK),
    may("", "persistentvolumes", f"{LOOK} create delete patch update"),
    may("", "persistentvolumeclaims", f"{LOOK} patch update"),
    may("", "persistentvolumeclaims/status", "patch"),
    may(_STORAGE, "csinodes storageclasses volumeattributesclasses", LOOK),
    may(_STORAGE, "volumeattachments", f"{LOOK} patch"),
    may(_STORAGE, "volumeattachments/status", "patch"),
    may(_SNAPSHOT, "volumesnapshots volumesnapshotclasses", LOOK),
    may(_SNAPSHOT, "volumesnapshotcontents", f"{LOOK} patch update"),
    may(_SNAPSHOT, "volumesnapshotcontents/status", "update patch"),
)
_MOUNTS: Final = (
    may("", "nodes persistentvolumeclaims", "get"),
    may("", "persistentvolumes", "get list"),
    may(_STORAGE, "volumeattachments", "get list"),
)
_SELF: Final = (
    # The storage classes reference Secrets in this namespace only, so no others need to be readable.
    may("", "secrets", LOOK),
    may("", "serviceaccounts/token", "create"),
    may("", "pods", "get"),
    may("apps", "replicasets", "get"),
)
