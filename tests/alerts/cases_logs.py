"""What the alerts on logs and traces are for."""

from typing import Final

from tests.alerts.case import Case, daemons_missing, gone, grows, without_pods

_LOKI: Final = 'loki_request_duration_seconds_count{job="logging/loki", route="push", status_code="%s"}'

_SENT: Final = 'fluentbit_output_proc_records_total{job="fluent-bit", name="cloudwatch_logs.0"}'

LOGS_AND_TRACES: Final = (
    daemons_missing("CloudWatchShipperMissing", "logging", "fluent-bit"),
    *(
        Case("CloudWatchPipelineStalled", bad, {_SENT: "0+10x200"})
        for bad in ({_SENT: "7x200"}, {'up{job="fluent-bit"}': "0x200"})
    ),
    grows("CloudWatchLinesDropped", 'fluentbit_output_retries_failed_total{job="fluent-bit"}'),
    gone("LokiDown", "logging/loki"),
    Case(
        "LokiRequestErrors",
        {_LOKI % "200": "0+10x200", _LOKI % "500": "0+10x200"},
        {_LOKI % "200": "0+90x200", _LOKI % "500": "0+1x200"},
    ),
    grows("LokiBucketFailing", 'loki_objstore_bucket_operation_failures_total{job="logging/loki"}'),
    gone("TempoDown", "tempo"),
    grows("TempoFlushFailing", "tempo_ingester_failed_flushes_total"),
    daemons_missing("LogShipperMissing", "logging", "alloy"),
    Case(
        "LogPipelineStalled",
        {'loki_write_sent_entries_total{job="alloy"}': "7x200"},
        {'loki_write_sent_entries_total{job="alloy"}': "0+10x200"},
    ),
    grows("LogLinesDropped", 'loki_write_dropped_entries_total{job="alloy", reason="rate_limited"}'),
    without_pods("OpenTelemetryCollectorDown", "tracing", "opentelemetry-collector"),
    grows("SpansLost", 'otelcol_exporter_send_failed_spans_total{job="opentelemetry-collector"}'),
    without_pods("OpenTelemetryOperatorDown", "tracing", "opentelemetry-operator"),
)
