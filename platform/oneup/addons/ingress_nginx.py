"""ingress-nginx: retired ingress controller, replaced by Kong."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import (
    ANY_PORT,
    NetworkFlow,
    Peer,
    PodSelector,
    allow_egress,
    allow_webhook,
    network_flow,
)
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import kong
from oneup.addons.kong.gateway import node_placement
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.settings.addons.networking import IngressNginx
from oneup.settings.existing import NodeRole
from oneup.values import Values
from oneup.workspace.namespace import INGRESS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("ingress-nginx")

PODS: Final = PodSelector(
    NAME, INGRESS, {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "controller"}
)
HOOK_PODS: Final = PodSelector(
    f"{NAME}-admission",
    INGRESS,
    {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "admission-webhook"},
)

CLASS: Final = "nginx"

SIZE: Final = ContainerRequests(200, 384)
_HOOK: Final = ContainerRequests(10, 64)

_LABELS: Final = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "controller"}

ALERTS: Final = (
    Alert(
        name="IngressNginxDown",
        expr=deployment_down(INGRESS.name, "ingress-nginx-controller"),
        minutes=2,
        severity="critical",
        summary="ingress-nginx is not ready: the cluster is not reachable from outside",
        runbook="ingress-nginx-down",
    ),
    Alert(
        name="IngressNginxRefusesConfiguration",
        expr="nginx_ingress_controller_config_last_reload_successful == 0",
        minutes=10,
        summary="nginx rejects its generated configuration: changes to Ingresses have no effect",
        runbook="ingress-nginx-refuses-configuration",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``ingress-system``: three replicas on the gateway nodes with high availability."""
    settings = context.existing
    replicas = 3 if settings.replicas > 1 else 1
    knobs = settings.addons.ingress_nginx
    return Addon(
        name=NAME,
        namespace=INGRESS,
        chart=Chart("https://kubernetes.github.io/ingress-nginx", "ingress-nginx", "4.15.1"),
        values={
            "controller": {
                "ingressClassResource": {"name": CLASS, "default": False},
                "ingressClass": CLASS,
                "config": _configuration(knobs),
                # Snippets would let anyone who can write an Ingress inject configuration.
                "allowSnippetAnnotations": False,
                "service": {
                    "type": "LoadBalancer",
                    "externalTrafficPolicy": "Local",
                    "loadBalancerSourceRanges": list(knobs.allowed_cidrs),
                },
                "replicaCount": replicas,
                "resources": SIZE.resources,
                "priorityClassName": CRITICAL.name,
                "topologySpreadConstraints": topology_spread(_LABELS),
                "metrics": {"enabled": True, "serviceMonitor": {"enabled": context.has_monitoring}},
                "admissionWebhooks": {
                    "createSecretJob": {"resources": _HOOK.resources},
                    "patchWebhookJob": {"resources": _HOOK.resources},
                },
                **node_placement(settings),
            },
        },
        conflicts=(kong.NAME,),
        provides=(Capability.GATEWAYS,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS, HOOK_PODS),
        network_flows=_flows(),
        requests=pod_requests((SIZE, replicas)),
        node_role=NodeRole.GATEWAY,
        owns_external_resources=True,
    )


def _configuration(knobs: IngressNginx) -> Values:
    """For all Ingresses: HTTPS only, TLS 1.2 or later, strict paths, rate and size limits."""
    return {
        "ssl-redirect": "true",
        "hsts": "true",
        "ssl-protocols": "TLSv1.2 TLSv1.3",
        "strict-validate-path-type": "true",
        "annotations-risk-level": "High",
        "server-tokens": "false",
        "proxy-body-size": f"{knobs.request_megabytes}m",
        "limit-req-status-code": "429",
        "http-snippet": _rate(knobs),
    }


def _rate(knobs: IngressNginx) -> str:
    """The default rate limit per client address; an Ingress may set a stricter one."""
    zone = f"limit_req_zone $binary_remote_addr zone=platform:20m rate={knobs.requests_per_second}r/s;"
    return f"{zone} limit_req zone=platform burst={5 * knobs.requests_per_second} nodelay;"


def _flows() -> tuple[NetworkFlow, ...]:
    """Ingress from outside, egress to the applications."""
    return (
        network_flow(Peer.INTERNET, PODS, 80, 443),
        network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
        *allow_egress(PODS),
        *allow_egress(PODS, Peer.API_SERVER),
        *allow_egress(HOOK_PODS, Peer.API_SERVER),
        allow_webhook(PODS, 8443),
        prometheus.allow_scraping(PODS, 10254),
    )
