"""The OpenTelemetry operator: instruments pods with an annotation."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons import cert_manager, opentelemetry_collector
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import TRACING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("opentelemetry-operator")

PODS: Final = PodSelector(NAME, TRACING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 192)

ALERTS: Final = (
    Alert(
        name="OpenTelemetryOperatorDown",
        expr=(
            "kube_deployment_status_replicas_available"
            '{namespace="tracing", deployment="opentelemetry-operator"}'
            " == 0"
        ),
        minutes=15,
        summary="The OpenTelemetry operator is down: new pods are not instrumented",
        runbook="opentelemetry-operator-down",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``tracing``, and the Instrumentation: ``instrumentation.opentelemetry.io/inject-…``."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=TRACING,
        chart=Chart(
            "https://open-telemetry.github.io/opentelemetry-helm-charts", "opentelemetry-operator", "0.122.0"
        ),
        values={
            "replicaCount": replicas,
            "manager": {
                "resources": SIZE.resources,
                "securityContext": RESTRICTED_CONTEXT,
                "serviceMonitor": {"enabled": context.has_monitoring},
            },
            "pdb": {"create": replicas > 1, "minAvailable": 1},
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
            "priorityClassName": STANDARD.name,
        },
        requires=(cert_manager.NAME,),
        soft_dependencies=(opentelemetry_collector.NAME,),
        uses=(Capability.MONITORS,),
        timeout_seconds=600,
        post_install_manifests=(
            _instrumentation(context.settings.addons.opentelemetry_operator.sampled_percent),
        ),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            allow_webhook(PODS, 9443),
            prometheus.allow_scraping(PODS, 8443),
        ),
        requests=pod_requests((SIZE, replicas)),
    )


def _instrumentation(percent: int) -> Manifest:
    """The Instrumentation: by default a pod follows its caller's sampling decision."""
    return Manifest(
        api_version="opentelemetry.io/v1alpha1",
        kind="Instrumentation",
        name="platform",
        namespace=TRACING.name,
        body={
            "spec": {
                "exporter": {"endpoint": f"http://{opentelemetry_collector.HOST}:4318"},
                "propagators": ["tracecontext", "baggage"],
                "sampler": {"type": "parentbased_traceidratio", "argument": f"{percent / 100:g}"},
            }
        },
    )
