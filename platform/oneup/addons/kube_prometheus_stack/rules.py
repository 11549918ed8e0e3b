"""Platform alerts: control plane, nodes, volumes, workloads, monitoring."""

from typing import Final

from oneup.addonkit.alert import Alert, daemonset_missing_pods, deployment_down, statefulset_missing_pods
from oneup.workspace.namespace import MONITORING as NAMESPACE

_SPENT: Final = 'subresource!~"attach|exec|log|portforward|proxy", verb!~"CONNECT|WATCH"'
_DISK: Final = 'fstype!="", mountpoint="/"'

CONTROL_PLANE: Final = (
    Alert(
        name="ApiServerSlow",
        expr="histogram_quantile(0.95, sum by (le, verb) "
        f"(rate(apiserver_request_sli_duration_seconds_bucket{{{_SPENT}}}[5m]))) > 1",
        summary="The API server's 95th percentile for {{ $labels.verb }} is {{ $value | humanizeDuration }}",
        runbook="api-server-slow",
    ),
    Alert(
        name="ApiServerFailing",
        expr='sum(rate(apiserver_request_total{code=~"5.."}[5m])) '
        "/ sum(rate(apiserver_request_total[5m])) > 0.03",
        severity="critical",
        summary="The API server fails {{ $value | humanizePercentage }} of its requests",
        runbook="api-server-failing",
    ),
    Alert(
        name="SignInsRefused",
        expr='sum(rate(authentication_attempts{result=~"failure|error"}[5m])) > 0.5',
        summary="The API server rejects {{ $value | humanize }} authentication attempts per second",
        runbook="sign-ins-refused",
    ),
    Alert(
        name="PodsRefused",
        expr="sum by (policy_level) "
        '(increase(pod_security_evaluations_total{decision="deny", mode="enforce"}[15m])) > 0',
        minutes=1,
        summary="Pod Security rejects pods that violate the level {{ $labels.policy_level }}",
        runbook="pods-refused",
    ),
)

NODES: Final = (
    Alert(
        name="NodeNotReady",
        expr='kube_node_status_condition{condition="Ready", status="true"} == 0',
        severity="critical",
        summary="Node {{ $labels.node }} is not ready",
        runbook="node-not-ready",
    ),
    Alert(
        name="NodeMemoryExhausted",
        expr="node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05",
        summary="{{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left",
        runbook="node-memory-exhausted",
    ),
    Alert(
        name="NodeDiskFilling",
        expr=f"node_filesystem_avail_bytes{{{_DISK}}} / node_filesystem_size_bytes{{{_DISK}}} < 0.10",
        summary="{{ $labels.instance }} has {{ $value | humanizePercentage }} of its disk left",
        runbook="node-disk-filling",
    ),
    Alert(
        name="NodesFull",
        expr='sum(kube_pod_container_resource_requests{resource="memory"}) '
        '/ sum(kube_node_status_allocatable{resource="memory"}) > 0.95',
        minutes=30,
        summary="Pods request {{ $value | humanizePercentage }} of the nodes' memory",
        runbook="nodes-full",
    ),
)

VOLUMES: Final = (
    Alert(
        name="VolumeFilling",
        expr="kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.15 "
        "and predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 86400) < 0",
        minutes=60,
        summary="The volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} will be full within four days",
        runbook="volume-filling",
    ),
    Alert(
        name="VolumeFull",
        expr="kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes < 0.03",
        minutes=1,
        severity="critical",
        summary="{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is full",
        runbook="volume-full",
    ),
)

WORKLOADS: Final = (
    Alert(
        name="DeploymentFailed",
        expr='kube_deployment_status_condition{condition="Progressing", status="false"} == 1',
        minutes=1,
        summary="The Deployment {{ $labels.namespace }}/{{ $labels.deployment }} exceeded its progress deadline",
        runbook="deployment-failed",
    ),
    Alert(
        name="PodCrashing",
        expr='max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1',
        minutes=15,
        summary="{{ $labels.namespace }}/{{ $labels.pod }} is crash-looping",
        runbook="pod-crashing",
    ),
    Alert(
        name="MemoryLimitReached",
        expr='kube_pod_container_status_last_terminated_reason{reason="OOMKilled"} == 1 '
        "and on (namespace, pod, container) increase(kube_pod_container_status_restarts_total[30m]) > 1",
        minutes=1,
        summary="{{ $labels.namespace }}/{{ $labels.pod }} was OOM-killed more than once",
        runbook="memory-limit-reached",
    ),
)

_CHART: Final = "kube-prometheus-stack"

MONITORING: Final = (
    Alert(
        name="MonitoringPartDown",
        expr=f"{deployment_down(NAMESPACE.name, f'{_CHART}-grafana|{_CHART}-operator')} or "
        f"{statefulset_missing_pods(NAMESPACE.name, f'prometheus-{_CHART}-.*|alertmanager-{_CHART}-.*')} or "
        f"{daemonset_missing_pods(NAMESPACE.name, f'{_CHART}-prometheus-node-exporter')}",
        minutes=15,
        summary="A monitoring component has missing pods: metrics, alerts or dashboards may be incomplete",
        runbook="monitoring-part-down",
    ),
    Alert(
        name="StateMetricsDown",
        expr='absent(up{job="kube-state-metrics"} == 1)',
        severity="critical",
        summary="kube-state-metrics is down: alerts on workloads and nodes cannot fire",
        runbook="state-metrics-down",
    ),
    Alert(
        name="PrometheusRuleFailing",
        expr="sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[5m])) > 0",
        summary="Prometheus cannot evaluate rules of {{ $labels.rule_group }}",
        runbook="prometheus-rule-failing",
    ),
    Alert(
        name="NobodyTold",
        expr="sum by (integration) (rate(alertmanager_notifications_failed_total[5m])) "
        "/ sum by (integration) (rate(alertmanager_notifications_total[5m])) > 0.05",
        minutes=5,
        severity="critical",
        summary="Alertmanager fails to send notifications through {{ $labels.integration }}",
        runbook="nobody-told",
    ),
)

PLATFORM: Final = (*CONTROL_PLANE, *NODES, *VOLUMES, *WORKLOADS, *MONITORING)

REPLACED_CHART_ALERTS: Final = (
    "AlertmanagerFailedToSendAlerts",
    "KubeDeploymentRolloutStuck",
    "KubeNodeNotReady",
    "KubePersistentVolumeFillingUp",
    "KubePodCrashLooping",
    "PrometheusRuleFailures",
)
"""The chart's alerts on the same conditions, which are disabled."""
