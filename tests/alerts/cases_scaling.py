"""The cases of what scales nodes and pods where a stack turns it on, and of the former log shipper."""

from typing import Final

from tests.alerts.case import Case, gone, grows, level, up

_OF: Final = 'kube_deployment_status_replicas_available{namespace="%s", deployment="%s"}'
_ERRORS: Final = 'controller_runtime_reconcile_errors_total{controller="nodeclaim.lifecycle"}'
_PROMTAIL: Final = 'kube_daemonset_status_number_unavailable{namespace="logging", daemonset="promtail"}'

_LINES: Final = 'promtail_sent_entries_total{job="promtail", host="loki"}'

SCALING: Final = (
    gone("KarpenterDown", "karpenter"),
    Case("KarpenterCannotLaunch", {_ERRORS: "0+2x200"}, {_ERRORS: "0+0.1x200"}),
    gone("KedaDown", "keda-operator"),
    Case(
        "KedaDown",
        {up("keda-operator"): "1x200", _OF % ("scaling", "keda-operator-metrics-apiserver"): "0x200"},
        {up("keda-operator"): "1x200", _OF % ("scaling", "keda-operator-metrics-apiserver"): "1x200"},
    ),
    grows("KedaScalerFails", 'keda_scaler_detail_errors_total{exported_namespace="n", scaledObject="a"}'),
    Case("PromtailStalled", {_LINES: "7x200"}, {_LINES: "0+10x200"}),
    level("PromtailMissing", _PROMTAIL, "1", "0"),
    level("VerticalPodAutoscalerDown", _OF % ("kube-system", "vertical-pod-autoscaler-updater"), "0", "1"),
    grows("VerticalPodAutoscalerEvictsMuch", "vpa_updater_evicted_pods_total"),
    level("PrometheusAdapterDown", _OF % ("monitoring", "prometheus-adapter"), "0", "1"),
)
