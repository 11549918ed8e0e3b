"""Flux: GitOps deployment of ``apps/``, an alternative to Argo CD."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import HTTPS, NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addons import argo_cd
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import FLUX
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("flux")

CONTROLLERS: Final = {
    "sourceController": ContainerRequests(50, 128),
    "kustomizeController": ContainerRequests(100, 256),
    "helmController": ContainerRequests(50, 128),
    "notificationController": ContainerRequests(25, 64),
}
"""One pod each: a second replica would not recover faster than a restart."""

_UNUSED: Final = ("imageAutomationController", "imageReflectionController")
"""They write to the repository; here the CI pipeline does that, after tests."""

SOURCE, KUSTOMIZE, HELM, NOTIFICATION = (
    PodSelector(name, FLUX, {"app": name})
    for name in ("source-controller", "kustomize-controller", "helm-controller", "notification-controller")
)
CHECK: Final = PodSelector("flux-check", FLUX, {"app.kubernetes.io/part-of": NAME})
"""Of the pre-install job that checks the cluster."""

_CHECK: Final = ContainerRequests(10, 64)

ALERTS: Final = (
    Alert(
        name="FluxDown",
        expr='(count(up{job="flux-system/flux"} == 1) or vector(0)) < 4',
        severity="critical",
        summary="Some Flux controllers are down: commits are not applied",
        runbook="flux-down",
    ),
    Alert(
        name="FluxReconcileFailed",
        expr="sum by (controller) (increase(controller_runtime_reconcile_errors_total"
        '{namespace="flux-system"}[15m])) > 3',
        minutes=5,
        summary="Flux's {{ $labels.controller }} keeps failing: a commit is not applied",
        runbook="flux-reconcile-failed",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``flux-system``: the four deployment controllers, none that writes to Git."""
    unused: dict[str, Value] = {name: {"create": False} for name in _UNUSED}
    controllers: dict[str, Value] = {name: _controller(size) for name, size in CONTROLLERS.items()}
    return Addon(
        name=NAME,
        namespace=FLUX,
        chart=Chart("https://fluxcd-community.github.io/helm-charts", "flux2", "2.18.3"),
        values={
            **controllers,
            **unused,
            "cli": {"resources": _CHECK.resources},
            # A Kustomization uses its own service account and reads its own namespace only.
            "multitenancy": {"enabled": True},
            # The stack creates network policies for every namespace.
            "policies": {"create": False},
            "prometheus": {"podMonitor": {"create": context.has_monitoring}},
        },
        conflicts=(argo_cd.NAME,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(SOURCE, KUSTOMIZE, HELM, NOTIFICATION, CHECK),
        network_flows=_flows(),
        requests=pod_requests(*((size, 1) for size in CONTROLLERS.values())),
    )


def _controller(size: ContainerRequests) -> Values:
    """The chart's security contexts already meet ``restricted``."""
    return {"resources": size.resources, "priorityClassName": CRITICAL.name}


def _flows() -> tuple[NetworkFlow, ...]:
    """The source controller fetches the repository; the others read it from there."""
    everyone = (SOURCE, KUSTOMIZE, HELM, NOTIFICATION)
    return (
        *(each for pods in everyone for each in allow_egress(pods, Peer.API_SERVER)),
        *allow_egress(CHECK, Peer.API_SERVER),
        *(prometheus.allow_scraping(pods, 8080) for pods in everyone),
        *(network_flow(pods, SOURCE, 9090) for pods in (KUSTOMIZE, HELM)),
        *(network_flow(pods, NOTIFICATION, 9090) for pods in (SOURCE, KUSTOMIZE, HELM)),
        network_flow(SOURCE, Peer.INTERNET, 22, HTTPS),
        network_flow(HELM, Peer.INTERNET, HTTPS),
        network_flow(NOTIFICATION, Peer.INTERNET, HTTPS),
    )
