"""The monitoring CRDs, installed first so that every addon can include monitors."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, ResourceRequests
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import MONITORING

NAME: Final = AddonName("prometheus-operator-crds")


def addon(context: AddonContext) -> Addon:  # noqa: ARG001 - the shape of every addon
    """CRDs only: no pods, so they are installed as soon as the control plane is available."""
    return Addon(
        name=NAME,
        namespace=MONITORING,
        chart=Chart(
            "https://prometheus-community.github.io/helm-charts", "prometheus-operator-crds", "31.0.1"
        ),
        provides=(Capability.MONITORS,),
        has_services=False,
        requests=ResourceRequests(),
        stage=Stage.CONTROL_PLANE,
    )
