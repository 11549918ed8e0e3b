"""Istio's CRDs."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart
from oneup.foundation.cluster_reference import Stage
from oneup.workspace.namespace import ISTIO

NAME: Final = AddonName("istio-base")

REPOSITORY: Final = "https://istio-release.storage.googleapis.com/charts"
# renovate: datasource=helm depName=base registryUrl=https://istio-release.storage.googleapis.com/charts
VERSION: Final = "1.30.3"
"""One version for the three charts: Istio releases them together."""


def addon(context: AddonContext) -> Addon:  # noqa: ARG001 - the shape that all addons have
    """The release in ``istio-system``: CRDs only, as soon as the control plane is available."""
    return Addon(
        name=NAME,
        namespace=ISTIO,
        chart=Chart(REPOSITORY, "base", VERSION),
        has_services=False,
        stage=Stage.CONTROL_PLANE,
    )
