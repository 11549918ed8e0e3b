"""Flux: GitOps deployment of ``apps/``, an alternative to Argo CD."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import HTTPS, Flow, Place, Pods, flow, reaches
from oneup.addonkit.pods import Size, footprint
from oneup.addons import argo_cd
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import FLUX
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("flux")

CONTROLLERS: Final = {
    "sourceController": Size(50, 128),
    "kustomizeController": Size(100, 256),
    "helmController": Size(50, 128),
    "notificationController": Size(25, 64),
}
"""One pod each: a second replica would not recover faster than a restart."""

_UNUSED: Final = ("imageAutomationController", "imageReflectionController")
"""They write to the repository; here the CI pipeline does that, after tests."""

SOURCE, KUSTOMIZE, HELM, NOTIFICATION = (
    Pods(name, FLUX, {"app": name})
    for name in ("source-controller", "kustomize-controller", "helm-controller", "notification-controller")
)
CHECK: Final = Pods("flux-check", FLUX, {"app.kubernetes.io/part-of": NAME})
"""Of the pre-install job that checks the cluster."""

_CHECK: Final = Size(10, 64)

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


def addon(context: Context) -> Addon:
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
            "prometheus": {"podMonitor": {"create": context.monitored}},
        },
        conflicts=(argo_cd.NAME,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pods=(SOURCE, KUSTOMIZE, HELM, NOTIFICATION, CHECK),
        flows=_flows(),
        footprint=footprint(*((size, 1) for size in CONTROLLERS.values())),
    )


def _controller(size: Size) -> Values:
    """The chart's security contexts already meet ``restricted``."""
    return {"resources": size.resources, "priorityClassName": CRITICAL.name}


def _flows() -> tuple[Flow, ...]:
    """The source controller fetches the repository; the others read it from there."""
    everyone = (SOURCE, KUSTOMIZE, HELM, NOTIFICATION)
    return (
        *(each for pods in everyone for each in reaches(pods, Place.API_SERVER)),
        *reaches(CHECK, Place.API_SERVER),
        *(prometheus.scrapes(pods, 8080) for pods in everyone),
        *(flow(pods, SOURCE, 9090) for pods in (KUSTOMIZE, HELM)),
        *(flow(pods, NOTIFICATION, 9090) for pods in (SOURCE, KUSTOMIZE, HELM)),
        flow(SOURCE, Place.INTERNET, 22, HTTPS),
        flow(HELM, Place.INTERNET, HTTPS),
        flow(NOTIFICATION, Place.INTERNET, HTTPS),
    )
