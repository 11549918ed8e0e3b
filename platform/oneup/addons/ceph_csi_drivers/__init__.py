"""The CSI drivers of Ceph volumes; since Rook 1.20 the operator does not install them."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.pods import daemonset_requests, pod_requests
from oneup.addons import rook_ceph
from oneup.addons.ceph_csi_drivers.drivers import CONTROLLER, DRIVERS, NODE, OPERATOR_CONFIG, accounts, driver
from oneup.addons.rook_ceph_cluster import traffic
from oneup.workspace.namespace import ROOK_CEPH

NAME: Final = AddonName("ceph-csi-drivers")

ALERTS: Final = (
    Alert(
        name="CephProvisionerDown",
        expr=deployment_down(ROOK_CEPH.name, ".*csi.ceph.com-ctrlplugin"),
        severity="critical",
        summary="{{ $labels.deployment }} is not ready: volumes cannot be created, attached or snapshotted",
        runbook="ceph-provisioner-down",
    ),
    Alert(
        name="CephDriverMissing",
        expr=(
            f'kube_daemonset_status_number_unavailable{{namespace="{ROOK_CEPH.name}", '
            'daemonset=~".*csi.ceph.com-nodeplugin"} > 0'
        ),
        minutes=15,
        severity="critical",
        summary="{{ $labels.daemonset }} is not running on {{ $value }} nodes: pods with volumes do not start there",
        runbook="ceph-driver-missing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """Both drivers, RBD and CephFS, with their RBAC."""
    replicas, count = context.settings.replicas, len(DRIVERS)
    rights: tuple[Manifest, ...] = tuple(one for kind in DRIVERS for one in accounts(kind))
    return Addon(
        name=NAME,
        namespace=ROOK_CEPH,
        prerequisite_manifests=rights,
        post_install_manifests=(OPERATOR_CONFIG, *(driver(kind, replicas) for kind in DRIVERS)),
        requires=(rook_ceph.NAME,),
        has_services=False,
        alerts=ALERTS,
        pod_selectors=traffic.CONTROLLERS,
        network_flows=traffic.controllers(),
        requests=pod_requests((CONTROLLER, replicas * count)) + daemonset_requests(*(NODE,) * count),
        owns_external_resources=True,
    )
