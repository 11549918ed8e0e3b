"""The kinds of the Gateway API, which succeed Ingress: gateways, and routes to Services."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Context
from oneup.addonkit.crds import definitions
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("gateway-api")

GROUP: Final = "gateway.networking.k8s.io"
_APPROVED: Final = "https://github.com/kubernetes-sigs/gateway-api/pull/4530"


def addon(context: Context) -> Addon:  # noqa: ARG001 - the shape of every addon
    """Definitions alone: what serves them is Kong, or a mesh."""
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        before=tuple(definitions("gateway_api/crds.yaml", GROUP, _APPROVED)),
        services=False,
        stage=Stage.CONTROL_PLANE,
    )
