"""The two CSI drivers of Ceph: driver objects and their RBAC.

The permissions are those of the drivers' chart (ceph-csi-drivers of ceph-csi-operator 1.0.4),
without group snapshots, replication and OpenShift, which are not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from oneup.addonkit.addon import Manifest
from oneup.addonkit.pods import TOLERATE_ALL, ContainerRequests
from oneup.addonkit.rbac import READ_VERBS, cluster_role, namespace_role, rbac_rule, service_account
from oneup.values import Values
from oneup.workspace.namespace import ROOK_CEPH

_PLUGIN: Final = ContainerRequests(50, 256)
_SIDECAR: Final = ContainerRequests(10, 64)

CONTROLLER: Final = _PLUGIN + _SIDECAR + _SIDECAR + _SIDECAR + _SIDECAR
"""One controller's pod: the plugin, and what provisions, resizes, attaches and snapshots."""

NODE: Final = _PLUGIN + _SIDECAR
"""One node's pod: the plugin and its registrar."""

_SIDECARS: Final = ("provisioner", "resizer", "attacher", "snapshotter")


@dataclass(frozen=True)
class CsiDriver:
    """A driver."""

    short: Literal["rbd", "cephfs"]

    @property
    def name(self) -> str:
        """The provisioner's name in storage classes: Rook's, which starts with its namespace."""
        return f"{ROOK_CEPH.name}.{self.short}.csi.ceph.com"

    def account(self, part: str) -> str:
        """The service account of the driver's ``ctrlplugin`` or ``nodeplugin``."""
        return f"{self.name.replace('.', '-')}-{part}"


BLOCK: Final = CsiDriver("rbd")
SHARED: Final = CsiDriver("cephfs")
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


def driver(kind: CsiDriver, replicas: int) -> Manifest:
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
        "tolerations": TOLERATE_ALL,
        "resources": {"plugin": _PLUGIN.resources, "registrar": _SIDECAR.resources},
    }
    return Manifest(
        api_version="csi.ceph.io/v1",
        kind="Driver",
        name=kind.name,
        namespace=ROOK_CEPH.name,
        body={"spec": {"fsGroupPolicy": "File", "controllerPlugin": controller, "nodePlugin": node}},
    )


def accounts(kind: CsiDriver) -> Iterator[Manifest]:
    """Service accounts, roles and bindings of a driver's two parts."""
    home = ROOK_CEPH.name
    controller, node = kind.account("ctrlplugin"), kind.account("nodeplugin")
    yield service_account(controller, home)
    yield from cluster_role(controller, home, *_BOTH, *_CONTROLS)
    yield from namespace_role(controller, home, *_SELF, rbac_rule("coordination.k8s.io", "leases", _LEADS))
    yield service_account(node, home)
    yield from cluster_role(node, home, *_BOTH, *_MOUNTS)
    yield from namespace_role(node, home, *_SELF)


_STORAGE: Final = "storage.k8s.io"
_SNAPSHOT: Final = "snapshot.storage.k8s.io"
_LEADS: Final = f"{READ_VERBS} create update delete"

_BOTH: Final = (
    rbac_rule("", "configmaps serviceaccounts", "get"),
    rbac_rule("", "events", "list watch create update patch"),
    rbac_rule("authentication.k8s.io", "tokenreviews", "create"),
)
_CONTROLS: Final = (
    rbac_rule("", "nodes", READ_VERBS),
    rbac_rule("", "persistentvolumes", f"{READ_VERBS} create delete patch update"),
    rbac_rule("", "persistentvolumeclaims", f"{READ_VERBS} patch update"),
    rbac_rule("", "persistentvolumeclaims/status", "patch"),
    rbac_rule(_STORAGE, "csinodes storageclasses volumeattributesclasses", READ_VERBS),
    rbac_rule(_STORAGE, "volumeattachments", f"{READ_VERBS} patch"),
    rbac_rule(_STORAGE, "volumeattachments/status", "patch"),
    rbac_rule(_SNAPSHOT, "volumesnapshots volumesnapshotclasses", READ_VERBS),
    rbac_rule(_SNAPSHOT, "volumesnapshotcontents", f"{READ_VERBS} patch update"),
    rbac_rule(_SNAPSHOT, "volumesnapshotcontents/status", "update patch"),
)
_MOUNTS: Final = (
    rbac_rule("", "nodes persistentvolumeclaims", "get"),
    rbac_rule("", "persistentvolumes", "get list"),
    rbac_rule(_STORAGE, "volumeattachments", "get list"),
)
_SELF: Final = (
    # The storage classes reference Secrets in this namespace only, so no others need to be readable.
    rbac_rule("", "secrets", READ_VERBS),
    rbac_rule("", "serviceaccounts/token", "create"),
    rbac_rule("", "pods", "get"),
    rbac_rule("apps", "replicasets", "get"),
)
