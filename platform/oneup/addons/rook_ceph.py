"""Rook: the operator of Ceph, which provides volumes and buckets on the nodes' disks."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.pods import CONTAINER, Size, footprint
from oneup.addons.rook_ceph_cluster import traffic
from oneup.values import Values
from oneup.workspace.namespace import ROOK_CEPH
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("rook-ceph")

OPERATOR: Final = Size(200, 512)
CSI_OPERATOR: Final = Size(20, 128)

ALERTS: Final = (
    Alert(
        name="RookOperatorDown",
        expr=deployment_down(ROOK_CEPH.name, "rook-ceph-operator|ceph-csi-controller-manager"),
        minutes=15,
        summary="A Ceph operator is down: volumes work, but failed daemons are not replaced",
        runbook="rook-operator-down",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``rook-ceph``: the operator of Ceph, and that of its CSI drivers.

    One replica each: both use leader election, and Ceph keeps running without them. Their
    CRDs remain when the release is deleted (chart setting), so that a mistake does not delete a cluster.
    """
    return Addon(
        name=NAME,
        namespace=ROOK_CEPH,
        chart=Chart(
            "https://charts.rook.io/release",
            "rook-ceph",
            "v1.20.6",
            leaves=("ceph.rook.io", "objectbucket.io"),
        ),
        values={
            "crds": {"enabled": True},
            "resources": OPERATOR.resources,
            "priorityClassName": CRITICAL.name,
            "containerSecurityContext": _OWN_USER,
            # Bucket claims are in the namespaces of their users.
            "enableOBCWatchOperatorNamespace": False,
            "obcAllowAdditionalConfigFields": "maxObjects,maxSize,bucketLifecycle",
            "monitoring": {"enabled": context.monitored},
            "ceph-csi-operator": {
                "controllerManager": {
                    "manager": {"resources": CSI_OPERATOR.resources},
                    "priorityClassName": CRITICAL.name,
                    "podSecurityContext": {"seccompProfile": CONTAINER["seccompProfile"]},
                },
            },
        },
        uses=(Capability.MONITORS,),
        services=False,
        timeout_seconds=600,
        alerts=ALERTS,
        pods=(traffic.OPERATOR, traffic.DETECTOR, traffic.CSI_OPERATOR),
        flows=traffic.operators(),
        footprint=footprint((OPERATOR, 1), (CSI_OPERATOR, 1)),
        owns_outside=True,
    )


_OWN_USER: Final[Values] = {
    **{key: value for key, value in CONTAINER.items() if key != "readOnlyRootFilesystem"},
    "runAsUser": 2016,
    "runAsGroup": 2016,
}
"""The image's user; it writes Ceph's configuration files below ``/var/lib/rook`` and ``/etc``."""
