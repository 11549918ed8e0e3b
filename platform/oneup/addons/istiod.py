"""Istio: a service mesh, with mutual TLS between pods, and metrics and traces of their calls."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import istio_base, opentelemetry_collector
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import ISTIO
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("istiod")

PODS: Final = PodSelector(NAME, ISTIO, {"app": "istiod"})

PILOT: Final = ContainerRequests(200, 1024)
PROXY: Final = ContainerRequests(50, 128)
"""The sidecar; those of application pods count as part of the applications."""

TRACER: Final = "traces"

ALERTS: Final = (
    Alert(
        name="IstiodDown",
        expr='absent(up{job="istiod"} == 1)',
        minutes=5,
        severity="critical",
        summary="istiod is down: proxies keep their configuration, and new pods in the mesh do not start",
        runbook="istiod-down",
    ),
    Alert(
        name="MeshConfigurationRejected",
        expr="sum(increase(pilot_total_xds_rejects[10m])) > 0",
        summary="Proxies reject configuration from istiod",
        runbook="mesh-configuration-rejected",
    ),
    Alert(
        name="MeshCertificateFailed",
        expr="sum(increase(citadel_server_csr_sign_err_count[10m])) > 0"
        " or sum(increase(citadel_server_authentication_failure_count[10m])) > 0",
        summary="istiod fails to sign certificates for some pods: their connections will fail",
        runbook="mesh-certificate-failed",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``istio-system``; strict mutual TLS."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=ISTIO,
        chart=Chart(istio_base.REPOSITORY, "istiod", istio_base.VERSION),
        values={
            "autoscaleEnabled": False,
            "replicaCount": replicas,
            "rollingMaxUnavailable": "0%",
            "resources": PILOT.resources,
            "seccompProfile": {"type": "RuntimeDefault"},
            "topologySpreadConstraints": topology_spread({"app": "istiod"}),
            "global": {
                "priorityClassName": CRITICAL.name,
                "defaultPodDisruptionBudget": {"enabled": replicas > 1},
                "proxy": {"resources": PROXY.resources, "seccompProfile": {"type": "RuntimeDefault"}},
                "logAsJson": True,
            },
            "meshConfig": _mesh(context),
        },
        requires=(istio_base.NAME,),
        reads_settings_of=(opentelemetry_collector.NAME,),
        uses=(Capability.MONITORS,),
        post_install_manifests=(
            _strict(),
            _telemetry(context),
            *(_monitors() if context.has_monitoring else ()),
        ),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            allow_webhook(PODS, 15017),
            # Proxies fetch their configuration and certificates.
            network_flow(Peer.APPLICATIONS, PODS, 15012),
            prometheus.allow_scraping(PODS, 15014),
            prometheus.allow_scraping(Peer.PROXIES, 15090),
        ),
        requests=pod_requests((PILOT, replicas)),
    )


def _traced(context: AddonContext) -> bool:
    return opentelemetry_collector.NAME in context.enabled


def _mesh(context: AddonContext) -> Values:
    """Sends spans to the OpenTelemetry collector, if enabled."""
    provider: Values = {
        "name": TRACER,
        "opentelemetry": {"service": opentelemetry_collector.HOST, "port": 4317},
    }
    tracing: Values = {"extensionProviders": [provider]} if _traced(context) else {}
    return {"enableTracing": _traced(context), **tracing}


def _of_the_mesh(api: str, kind: str, spec: Values) -> Manifest:
    """A mesh-wide object, because it is in Istio's root namespace."""
    return Manifest(api_version=api, kind=kind, name="mesh", namespace=ISTIO.name, body={"spec": spec})


def _strict() -> Manifest:
    return _of_the_mesh("security.istio.io/v1", "PeerAuthentication", {"mtls": {"mode": "STRICT"}})


def _telemetry(context: AddonContext) -> Manifest:
    """Metrics for Prometheus; traces for a sample of requests."""
    percent = context.settings.addons.istiod.traced_percent
    spans: Value = [{"providers": [{"name": TRACER}], "randomSamplingPercentage": percent}]
    tracing: Values = {"tracing": spans} if _traced(context) else {}
    spec: Values = {"metrics": [{"providers": [{"name": "prometheus"}]}], **tracing}
    return _of_the_mesh("telemetry.istio.io/v1", "Telemetry", spec)


def _monitors() -> tuple[Manifest, ...]:
    """Metrics of istiod and of every sidecar, whose metrics port is excluded from mutual TLS."""
    monitoring = "monitoring.coreos.com/v1"
    istiod: Values = {
        "selector": {"matchLabels": {"app": "istiod"}},
        "endpoints": [{"port": "http-monitoring"}],
    }
    proxies: Values = {
        "selector": {"matchExpressions": [{"key": "service.istio.io/canonical-name", "operator": "Exists"}]},
        "namespaceSelector": {"any": True},
        "podMetricsEndpoints": [{"port": "http-envoy-prom", "path": "/stats/prometheus"}],
    }
    bodies = (("ServiceMonitor", "istiod", istiod), ("PodMonitor", "istio-proxies", proxies))
    return tuple(
        Manifest(api_version=monitoring, kind=kind, name=name, namespace=ISTIO.name, body={"spec": spec})
        for kind, name, spec in bodies
    )
