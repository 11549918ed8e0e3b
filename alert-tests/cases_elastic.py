"""What the alerts on Elasticsearch are for."""

from typing import Final

from case import Case, gone, grows, level

_READY: Final = 'kube_statefulset_status_replicas_ready{namespace="logging", statefulset="%s"}'
_WANTED: Final = 'kube_statefulset_replicas{namespace="logging", statefulset="elasticsearch-es-default"}'
_NODES: Final = _READY % "elasticsearch-es-default"

ELASTIC: Final = (
    level("ElasticOperatorDown", _READY % "elastic-operator", "0", "1"),
    Case(
        "ElasticsearchIncomplete",
        {_NODES: "2x200", _WANTED: "3x200"},
        {_NODES: "3x200", _WANTED: "3x200"},
    ),
    level(
        "KibanaDown",
        'kube_deployment_status_replicas_available{namespace="logging", deployment="kibana-kb"}',
        "0",
        "1",
    ),
    gone("JaegerDown", "jaeger"),
    grows("JaegerStoreFailing", 'otelcol_exporter_send_failed_spans_total{job="jaeger"}'),
)
