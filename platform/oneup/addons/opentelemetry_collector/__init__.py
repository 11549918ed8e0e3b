"""The OpenTelemetry collector: receives spans, derives metrics, and exports to the trace stores."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.assets import load_yaml
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons import jaeger, tempo
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.values import Value, Values
from oneup.workspace.namespace import TRACING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("opentelemetry-collector")

PODS: Final = PodSelector(NAME, TRACING, {"app.kubernetes.io/name": NAME})

HOST: Final = f"{NAME}.{TRACING.name}.svc.cluster.local"
"""OTLP at 4317 (gRPC) and 4318 (HTTP)."""

SIZE: Final = ContainerRequests(100, 384)

_HOSTS: Final[Mapping[AddonName, str]] = {tempo.NAME: tempo.HOST, jaeger.NAME: jaeger.HOST}
"""The trace stores; each enabled one receives all spans."""

_TAKERS: Final[Mapping[AddonName, PodSelector]] = {tempo.NAME: tempo.PODS, jaeger.NAME: jaeger.PODS}

_PIPELINE: Final = "opentelemetry_collector/pipeline.yaml"
_IMAGE: Final = "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib"
"""The distribution that includes both connectors."""

_UNUSED: Final = ("jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin")

ALERTS: Final = (
    Alert(
        name="OpenTelemetryCollectorDown",
        expr=deployment_down(TRACING.name, NAME),
        summary="The OpenTelemetry collector is not ready: spans and span metrics are lost",
        runbook="opentelemetry-collector-down",
    ),
    Alert(
        name="SpansLost",
        expr=(
            'sum(rate(otelcol_exporter_send_failed_spans_total{job="opentelemetry-collector"}[10m])) > 0'
            ' or sum(rate(otelcol_receiver_refused_spans_total{job="opentelemetry-collector"}[10m])) > 0'
        ),
        minutes=15,
        summary="The OpenTelemetry collector drops spans: the trace store rejects them, or its memory is full",
        runbook="spans-lost",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``tracing``.

    One pod even with high availability: the service graph pairs the two spans of a call, and both
    must reach the same collector. While it restarts, applications buffer spans for some seconds.
    """
    stores = tuple(store for store in _HOSTS if store in context.enabled) or (tempo.NAME,)
    span_metrics: Values = {"enabled": True, "containerPort": 8889, "servicePort": 8889, "protocol": "TCP"}
    endpoints: list[Value] = [{"port": "metrics"}, {"port": "span-metrics", "honorLabels": True}]
    return Addon(
        name=NAME,
        namespace=TRACING,
        chart=Chart(
            "https://open-telemetry.github.io/opentelemetry-helm-charts", "opentelemetry-collector", "0.170.0"
        ),
        values={
            "mode": "deployment",
            "image": {"repository": _IMAGE},
            "alternateConfig": _pipeline(stores),
            "extraEnvs": [{"name": _variable(store), "value": f"{_HOSTS[store]}:4317"} for store in stores],
            "ports": {
                **{port: {"enabled": False} for port in _UNUSED},
                "metrics": {"enabled": True},
                "span-metrics": span_metrics,
            },
            "resources": SIZE.resources,
            "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 10001},
            "priorityClassName": STANDARD.name,
            "serviceAccount": {"automountServiceAccountToken": False},
            "serviceMonitor": {"enabled": context.has_monitoring, "metricsEndpoints": endpoints},
        },
        soft_dependencies=stores,
        reads_settings_of=(jaeger.NAME, tempo.NAME),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=_flows(stores),
        requests=pod_requests((SIZE, 1)),
    )


def _variable(store: AddonName) -> str:
    """The environment variable with a store's endpoint."""
    return store.upper()


def _pipeline(stores: Sequence[AddonName]) -> Values:
    """The pipeline, with an independent exporter for each store."""
    whole = load_yaml(_PIPELINE)
    service = cast(Values, whole["service"])
    lines = cast(Values, service["pipelines"])
    traces = cast(Values, lines["traces"])
    exporters: Values = {
        f"otlp/{store}": {"endpoint": f"${{env:{_variable(store)}}}", "tls": {"insecure": True}}
        for store in stores
    }
    takers: list[Value] = [*exporters, *cast("list[Value]", traces["exporters"])]
    return {
        **whole,
        "exporters": {**exporters, **cast(Values, whole["exporters"])},
        "service": {**service, "pipelines": {**lines, "traces": {**traces, "exporters": takers}}},
    }


def _flows(stores: Sequence[AddonName]) -> tuple[NetworkFlow, ...]:
    """Ingress from applications, egress to the stores."""
    return (
        *allow_egress(PODS),
        *(network_flow(PODS, _TAKERS[store], 4317) for store in stores),
        network_flow(Peer.APPLICATIONS, PODS, 4317, 4318),
        prometheus.allow_scraping(PODS, 8888, 8889),
    )
