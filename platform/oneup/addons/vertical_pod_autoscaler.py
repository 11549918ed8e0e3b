"""Vertical Pod Autoscaler: measures usage and sets requests."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("vertical-pod-autoscaler")

PARTS: Final = {
    part: PodSelector(
        f"{NAME}-{part}", KUBE_SYSTEM, {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": part}
    )
    for part in ("recommender", "updater", "admission-controller", "admission-certgen")
}
"""Its pods; the last are jobs that create the webhook's certificate."""

RECOMMENDER: Final = ContainerRequests(50, 256)
"""It stores usage history of every container in memory."""

UPDATER: Final = ContainerRequests(25, 128)
ADMISSION: Final = ContainerRequests(25, 128)

ALERTS: Final = (
    Alert(
        name="VerticalPodAutoscalerDown",
        expr="kube_deployment_status_replicas_available"
        '{namespace="kube-system", deployment=~"vertical-pod-autoscaler-.*"} == 0',
        summary="{{ $labels.deployment }} is down: resource requests are no longer adjusted",
        runbook="vertical-pod-autoscaler-down",
    ),
    Alert(
        name="VerticalPodAutoscalerEvictsMuch",
        expr="sum(increase(vpa_updater_evicted_pods_total[1h])) > 20",
        severity="info",
        summary="The Vertical Pod Autoscaler evicted more than 20 pods within an hour",
        runbook="vertical-pod-autoscaler-evicts-much",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``kube-system``; its webhook has failurePolicy Ignore."""
    replicas = context.settings.replicas
    sizes = {"recommender": RECOMMENDER, "updater": UPDATER, "admissionController": ADMISSION}
    parts = {name: _component(size, replicas) for name, size in sizes.items()}
    parts["admissionController"] = {
        **parts["admissionController"],
        "certGen": {"resources": ContainerRequests(10, 64).resources},
    }
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart(
            "https://kubernetes.github.io/autoscaler",
            "vertical-pod-autoscaler",
            "0.11.0",
            leaves=("autoscaling.k8s.io",),
        ),
        values={
            "fullnameOverride": NAME,
            "containerSecurityContext": RESTRICTED_CONTEXT,
            **parts,
        },
        uses=(Capability.SCALING, Capability.MONITORS),
        post_install_manifests=(_monitor(),) if context.has_monitoring else (),
        alerts=ALERTS,
        pod_selectors=tuple(PARTS.values()),
        network_flows=(
            *(flow for pods in PARTS.values() for flow in allow_egress(pods, Peer.API_SERVER)),
            allow_webhook(PARTS["admission-controller"], 8000),
            prometheus.allow_scraping(PARTS["updater"], 8943),
        ),
        requests=pod_requests(*((size, replicas) for size in sizes.values())),
    )


def _component(size: ContainerRequests, replicas: int) -> Values:
    """Values of each of the three components; the chart spreads their pods over nodes."""
    return {
        "replicas": replicas,
        "resources": size.resources,
        "priorityClassName": STANDARD.name,
        "podDisruptionBudget": {"enabled": replicas > 1},
    }


def _monitor() -> Manifest:
    """The updater's metrics; the chart has no monitor."""
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "updater"}
    return Manifest(
        api_version="monitoring.coreos.com/v1",
        kind="PodMonitor",
        name="vertical-pod-autoscaler-updater",
        namespace=KUBE_SYSTEM.name,
        body={"spec": {"selector": {"matchLabels": labels}, "podMetricsEndpoints": [{"port": "prometheus"}]}},
    )
