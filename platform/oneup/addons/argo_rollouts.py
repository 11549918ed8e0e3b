"""Argo Rollouts: canary and blue-green rollouts, judged by metrics, in place of a Deployment's own."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import ANY_PORT, Place, Pods, flow, reaches
from oneup.addonkit.pods import Size, footprint, spread
from oneup.addons import aws_load_balancer_controller, istiod
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import ROLLOUTS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("argo-rollouts")

PODS: Final = Pods(NAME, ROLLOUTS, {"app.kubernetes.io/name": NAME})

CONTROLLER: Final = Size(50, 256)

_FOREIGN: Final = ("smi", "ambassador", "awsAppMesh", "traefik", "apisix", "contour", "glooPlatform")
"""Ways of routing that no stack of ours has; the controller needs no rights on their objects."""

ALERTS: Final = (
    Alert(
        name="ArgoRolloutsDown",
        expr='absent(up{job="argo-rollouts-metrics"} == 1)',
        severity="critical",
        summary="No Argo Rollouts controller answers: rollouts stand still where they are",
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


def addon(context: Context) -> Addon:
    """The release in ``argo-rollouts``: the controller alone; its dashboard has no sign-in."""
    replicas = context.settings.replicas
    labels = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "rollouts-controller"}
    several: Values = {"pdb": {"enabled": True, "minAvailable": 1}} if replicas > 1 else {}
    routes: dict[str, Value] = dict.fromkeys(_FOREIGN, False)
    return Addon(
        name=NAME,
        namespace=ROLLOUTS,
        chart=Chart("https://argoproj.github.io/argo-helm", "argo-rollouts", "2.41.0"),
        values={
            # Rollouts are applications: their definitions go with the release, and with them all Rollouts.
            "keepCRDs": False,
            "controller": {
                "replicas": replicas,
                "resources": CONTROLLER.resources,
                "priorityClassName": CRITICAL.name,
                "topologySpreadConstraints": spread(labels),
                "metrics": {"enabled": True, "serviceMonitor": {"enabled": context.monitored}},
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
        regards=(istiod.NAME, aws_load_balancer_controller.NAME),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pods=(PODS,),
        # Analyses ask Prometheus, and whatever the applications answer.
        flows=(
            *reaches(PODS),
            *reaches(PODS, Place.API_SERVER),
            flow(PODS, prometheus.PODS, 9090),
            flow(PODS, Place.APPLICATIONS, ANY_PORT),
            prometheus.scrapes(PODS, 8090),
        ),
        footprint=footprint((CONTROLLER, replicas)),
    )
