"""Istio's ingress gateway, behind the platform's ingress."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import ANY_PORT, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import ingress_nginx, istio_base, istiod, kong
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Values
from oneup.workspace.namespace import ISTIO
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("istio-gateway")

PODS: Final = PodSelector(NAME, ISTIO, {"app": NAME})

PROXY: Final = ContainerRequests(100, 256)

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


def addon(context: AddonContext) -> Addon:
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
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
            **several,
        },
        requires=(istiod.NAME,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        # Ingress from the public ingress; egress to the applications, as routes define.
        network_flows=(
            *allow_egress(PODS),
            network_flow(PODS, istiod.PODS, 15012),
            network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
            *(
                network_flow(way_in, PODS, 80, 443)
                for way_in in (Peer.LOAD_BALANCERS, kong.PODS, ingress_nginx.PODS)
            ),
            prometheus.allow_scraping(PODS, 15090),
        ),
        requests=pod_requests((PROXY, replicas)),
    )
