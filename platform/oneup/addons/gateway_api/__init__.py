"""The CRDs of the Gateway API, the successor of Ingress."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addonkit.crds import crds
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("gateway-api")

GROUP: Final = "gateway.networking.k8s.io"
_APPROVED: Final = "https://github.com/kubernetes-sigs/gateway-api/pull/4530"


def addon(context: AddonContext) -> Addon:  # noqa: ARG001 - the shape of every addon
    """CRDs only: Kong or a service mesh implements them."""
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        prerequisite_manifests=tuple(crds("gateway_api/crds.yaml", GROUP, _APPROVED)),
        has_services=False,
        stage=Stage.CONTROL_PLANE,
    )
