"""Tempo: stores traces in a bucket."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import PodSelector, network_flow
from oneup.addonkit.grafana import data_source
from oneup.addonkit.object_store import bucket_for
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import grafana, prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.values import Values
from oneup.workspace.namespace import TRACING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("tempo")

PODS: Final = PodSelector(NAME, TRACING, {"app.kubernetes.io/name": NAME})

HOST: Final = f"{NAME}.{TRACING.name}.svc.cluster.local"
"""OTLP at 4317, query API at 3200."""

CPU_MILLIS: Final = 100

_ACCOUNT: Final[Values] = {"name": NAME, "automountServiceAccountToken": False}
"""It does not use the API server."""

ALERTS: Final = (
    Alert(
        name="TempoDown",
        expr='absent(up{job="tempo"} == 1)',
        summary="Tempo is down: new traces are lost, and traces cannot be viewed",
        runbook="tempo-down",
    ),
    Alert(
        name="TempoFlushFailing",
        expr="increase(tempo_ingester_failed_flushes_total[30m]) > 2",
        minutes=15,
        summary="Tempo cannot write to its bucket: traces accumulate on its volume",
        runbook="tempo-flush-failing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``tracing``.

    One pod even with high availability: the chart's single-binary Tempo keeps the newest traces
    locally, and a second one would have different ones. A restart only loses unwritten data.
    """
    settings = context.settings
    knobs = settings.addons.tempo
    store = bucket_for(settings, "traces")
    size = ContainerRequests(CPU_MILLIS, knobs.memory)
    bucket: Values = {"bucket": store.bucket, "endpoint": store.endpoint, "region": store.region}
    identity = store.identity(NAME)
    return Addon(
        name=NAME,
        namespace=TRACING,
        chart=Chart("https://grafana-community.github.io/helm-charts", "tempo", "2.2.4"),
        values={
            "tempo": {
                "storage": {"trace": {"backend": "s3", "s3": {**bucket, "insecure": store.is_plain_http}}},
                "extraEnv": store.environment,
                "retention": f"{store.retention_days * 24}h",
                "reportingEnabled": False,
                "resources": size.resources,
                "securityContext": RESTRICTED_CONTEXT,
            },
            "persistence": {
                "enabled": True,
                "size": f"{knobs.volume}Gi",
                "enableStatefulSetAutoDeletePVC": True,
            },
            "priorityClassName": STANDARD.name,
            "serviceAccount": {"create": identity is None, **_ACCOUNT},
            "serviceMonitor": {"enabled": context.has_monitoring},
        },
        requires=store.requires,
        uses=(Capability.MONITORS,),
        identity=identity,
        timeout_seconds=600,
        prerequisite_manifests=store.claims(TRACING),
        post_install_manifests=(data_source(NAME, TRACING, _data_sources()),),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *store.allow_egress_from(PODS),
            network_flow(grafana.PODS, PODS, 3200),
            prometheus.allow_scraping(PODS, 3200),
        ),
        requests=pod_requests((size, 1)),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _data_sources() -> Values:
    """The data source: links a span to its pod's logs, and the service graph."""
    lines: Values = {
        "datasourceUid": "loki",
        "filterByTraceID": True,
        "spanStartTimeShift": "-5m",
        "spanEndTimeShift": "5m",
        "tags": [
            {"key": "k8s.namespace.name", "value": "namespace"},
            {"key": "k8s.pod.name", "value": "pod"},
        ],
    }
    services: Values = {"datasourceUid": "prometheus"}
    return {
        "type": "tempo",
        "url": f"http://{HOST}:3200",
        "jsonData": {"tracesToLogsV2": lines, "serviceMap": services, "nodeGraph": {"enabled": True}},
    }
