"""Karpenter's CRDs (NodePool, NodeClaim, EC2NodeClass), installed before Karpenter and upgraded with it."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("karpenter-crd")


def addon(context: AddonContext) -> Addon:  # noqa: ARG001 - the shape of every addon
    """CRDs only: no pods, so they are installed as soon as the control plane is available."""
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("oci://public.ecr.aws/karpenter", "karpenter-crd", "1.14.1"),
        has_services=False,
        # The CRDs must outlive the node pools, whose finalizers drain the nodes.
        owns_external_resources=True,
        stage=Stage.CONTROL_PLANE,
    )
