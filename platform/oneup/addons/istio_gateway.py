"""Istio's ingress gateway, behind the platform's ingress."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import ANY_PORT, Place, Pods, flow, reaches
from oneup.addonkit.pods import Size, footprint, spread
from oneup.addons import ingress_nginx, istio_base, istiod, kong
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import ISTIO
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("istio-gateway")

PODS: Final = Pods(NAME, ISTIO, {"app": NAME})

PROXY: Final = Size(100, 256)

ALERTS: Final = (
    Alert(
        name="IstioGatewayDown",
        expr=deployment_down(ISTIO.name, NAME),
        minutes=5,
        severity="critical",
        summary="The mesh gateway is not ready: its services are not reachable from outside",
        runbook="istio-gateway-down",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``istio-system``.

    Its Service has no external address: the platform's public ingress routes
    to it, so web ACL, certificates and access logs also apply to the service mesh.
    """
    replicas = context.settings.replicas
    several: Values = {"podDisruptionBudget": {"minAvailable": 1}} if replicas > 1 else {}
    return Addon(
        name=NAME,
        namespace=ISTIO,
        chart=Chart(istio_base.REPOSITORY, "gateway", istio_base.VERSION),
        values={
            "service": {"type": "ClusterIP"},
            "replicaCount": replicas,
            "autoscaling": {"enabled": False},
            "resources": PROXY.resources,
            "priorityClassName": CRITICAL.name,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
                "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
            },
            "topologySpreadConstraints": spread({"app.kubernetes.io/name": NAME}),
            **several,
        },
        requires=(istiod.NAME,),
        alerts=ALERTS,
        pods=(PODS,),
        # Ingress from the public ingress; egress to the applications, as routes define.
        flows=(
            *reaches(PODS),
            flow(PODS, istiod.PODS, 15012),
            flow(PODS, Place.APPLICATIONS, ANY_PORT),
            *(flow(way_in, PODS, 80, 443) for way_in in (Place.BALANCERS, kong.PODS, ingress_nginx.PODS)),
            prometheus.scrapes(PODS, 15090),
        ),
        footprint=footprint((PROXY, replicas)),
    )
