"""Argo Rollouts: canary and blue-green rollouts with metric analysis."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import ANY_PORT, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import aws_load_balancer_controller, istiod
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import ROLLOUTS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("argo-rollouts")

PODS: Final = PodSelector(NAME, ROLLOUTS, {"app.kubernetes.io/name": NAME})

CONTROLLER: Final = ContainerRequests(50, 256)

_FOREIGN: Final = ("smi", "ambassador", "awsAppMesh", "traefik", "apisix", "contour", "glooPlatform")
"""Traffic routers that no stack uses; the controller needs no permissions on their objects."""

ALERTS: Final = (
    Alert(
        name="ArgoRolloutsDown",
        expr='absent(up{job="argo-rollouts-metrics"} == 1)',
        severity="critical",
        summary="The Argo Rollouts controller is down: rollouts do not progress",
        runbook="argo-rollouts-down",
    ),
    Alert(
        name="RolloutDegraded",
        expr='rollout_info{phase="Degraded"} == 1',
        minutes=5,
        summary="The rollout {{ $labels.exported_namespace }}/{{ $labels.name }} was aborted or is stuck",
        runbook="rollout-degraded",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``argo-rollouts``: only the controller, because the dashboard has no sign-in."""
    replicas = context.settings.replicas
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "rollouts-controller"}
    several: Values = {"pdb": {"enabled": True, "minAvailable": 1}} if replicas > 1 else {}
    routes: dict[str, Value] = dict.fromkeys(_FOREIGN, False)
    return Addon(
        name=NAME,
        namespace=ROLLOUTS,
        chart=Chart("https://argoproj.github.io/argo-helm", "argo-rollouts", "2.41.0"),
        values={
            # The CRDs are deleted with the release, and all Rollouts with them.
            "keepCRDs": False,
            "controller": {
                "replicas": replicas,
                "resources": CONTROLLER.resources,
                "priorityClassName": CRITICAL.name,
                "topologySpreadConstraints": topology_spread(labels),
                "metrics": {"enabled": True, "serviceMonitor": {"enabled": context.has_monitoring}},
                **several,
            },
            "providerRBAC": {
                "providers": {
                    **routes,
                    "istio": istiod.NAME in context.enabled,
                    "awsLoadBalancerController": aws_load_balancer_controller.NAME in context.enabled,
                }
            },
        },
        reads_settings_of=(istiod.NAME, aws_load_balancer_controller.NAME),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        # Analyses query Prometheus and the applications.
        network_flows=(
            *allow_egress(PODS),
            *allow_egress(PODS, Peer.API_SERVER),
            network_flow(PODS, prometheus.PODS, 9090),
            network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
            prometheus.allow_scraping(PODS, 8090),
        ),
        requests=pod_requests((CONTROLLER, replicas)),
    )
