"""metrics-server: CPU and memory metrics for autoscaling and ``kubectl top``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Place, Pods, called, flow, reaches
from oneup.addonkit.pods import Size, footprint, spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("metrics-server")

PODS: Final = Pods(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(100, 200)
"""The chart's defaults, sized for up to 100 nodes."""


ALERTS: Final = (
    Alert(
        name="MetricsServerDown",
        expr=deployment_down("kube-system", NAME),
        summary="metrics-server is not ready: nothing scales on CPU or memory",
        runbook="metrics-server-down",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``kube-system``; two replicas with high availability."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart("https://kubernetes-sigs.github.io/metrics-server/", "metrics-server", "3.13.1"),
        values={
            "replicas": replicas,
            "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
            "resources": SIZE.resources,
            "metrics": {"enabled": context.monitored},
            "serviceMonitor": {"enabled": context.monitored},
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
        },
        uses=(Capability.MONITORS,),
        provides=(Capability.SCALING,),
        alerts=ALERTS,
        pods=(PODS,),
        flows=(
            *reaches(PODS, Place.API_SERVER),
            flow(PODS, Place.NODES, 10250),
            called(PODS, 10250),
            prometheus.scrapes(PODS, 10250),
        ),
        footprint=footprint((SIZE, replicas)),
    )
