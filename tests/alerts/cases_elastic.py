"""What the alerts on Elasticsearch are for."""

from typing import Final

from tests.alerts.case import gone, grows, level, servers_missing, without_pods

ELASTIC: Final = (
    level(
        "ElasticOperatorDown",
        'kube_statefulset_status_replicas_ready{namespace="logging", statefulset="elastic-operator"}',
        "0",
        "1",
    ),
    servers_missing("ElasticsearchIncomplete", "logging", "elasticsearch-es-default"),
    without_pods("KibanaDown", "logging", "kibana-kb"),
    gone("JaegerDown", "jaeger"),
    grows("JaegerStoreFailing", 'otelcol_exporter_send_failed_spans_total{job="jaeger"}'),
)
