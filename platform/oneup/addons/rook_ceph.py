"""Rook: the operator of Ceph, which provides volumes and buckets on the nodes' disks."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.rook_ceph_cluster import traffic
from oneup.values import Values
from oneup.workspace.namespace import ROOK_CEPH
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("rook-ceph")

OPERATOR: Final = ContainerRequests(200, 512)
CSI_OPERATOR: Final = ContainerRequests(20, 128)

ALERTS: Final = (
    Alert(
        name="RookOperatorDown",
        expr=deployment_down(ROOK_CEPH.name, "rook-ceph-operator|ceph-csi-controller-manager"),
        minutes=15,
        summary="A Ceph operator is down: volumes work, but failed daemons are not replaced",
        runbook="rook-operator-down",
    ),
)


def addon(context: AddonContext) -> Addon:
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
            "monitoring": {"enabled": context.has_monitoring},
            "ceph-csi-operator": {
                "controllerManager": {
                    "manager": {"resources": CSI_OPERATOR.resources},
                    "priorityClassName": CRITICAL.name,
                    "podSecurityContext": {"seccompProfile": RESTRICTED_CONTEXT["seccompProfile"]},
                },
            },
        },
        uses=(Capability.MONITORS,),
        has_services=False,
        timeout_seconds=600,
        alerts=ALERTS,
        pod_selectors=(traffic.OPERATOR, traffic.VERSION_JOB, traffic.CSI_OPERATOR),
        network_flows=traffic.operators(),
        requests=pod_requests((OPERATOR, 1), (CSI_OPERATOR, 1)),
        owns_external_resources=True,
    )


_OWN_USER: Final[Values] = {
    **{key: value for key, value in RESTRICTED_CONTEXT.items() if key != "readOnlyRootFilesystem"},
    "runAsUser": 2016,
    "runAsGroup": 2016,
}
"""The image's user; it writes Ceph's configuration files below ``/var/lib/rook`` and ``/etc``."""
