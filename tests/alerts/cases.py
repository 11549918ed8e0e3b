"""What each alert is for: figures with which it fires, and such with which it keeps quiet."""

from collections.abc import Mapping
from typing import Final

from tests.alerts.case import (
    Case,
    daemons_missing,
    gone,
    grows,
    level,
    servers_missing,
    share,
    up,
    without_pods,
)
from tests.alerts.cases_applications import APPLICATIONS
from tests.alerts.cases_backup import BACKUP
from tests.alerts.cases_bare_metal import BARE_METAL
from tests.alerts.cases_elastic import ELASTIC
from tests.alerts.cases_logs import LOGS_AND_TRACES
from tests.alerts.cases_scaling import SCALING
from tests.alerts.cases_security import SECURITY
from tests.alerts.cases_vault import VAULT

_SHOP: Final = 'shop_http_requests_total{namespace="production", job="order", status="%s"}'
_LATENCY: Final = "shop_http_request_duration_seconds_%s"
_OF: Final = 'namespace="production", job="order"'
_DRIVER: Final = 'namespace="kube-system", daemonset="secrets-store-csi-driver"'
_MOUNTS: Final = 'volume_plugin="kubernetes.io/csi:secrets-store.csi.k8s.io", status="fail-unknown", node="a"'
_CONTROLLER: Final = 'namespace="argocd", statefulset="argocd-application-controller"'
_CONTAINER: Final = 'namespace="n", pod="a", container="c"'
_KILLED: Final = f'kube_pod_container_status_last_terminated_reason{{reason="OOMKilled", {_CONTAINER}}}'
_RESTARTS: Final = f"kube_pod_container_status_restarts_total{{{_CONTAINER}}}"
_LIVE: Final = 'kube_deployment_status_replicas_available{namespace="%s", deployment="%s"}'
_SLI: Final = 'apiserver_request_sli_duration_seconds_bucket{verb="GET", subresource="", le="%s"}'


def requests(failed: str, minutes: int) -> Mapping[str, str]:
    """A thousand requests a minute, and how many more fail."""
    return {_SHOP % "200": f"0+1000x{minutes}", _SHOP % "500": f"0+{failed}x{minutes}"}


def latency(fast: str) -> Mapping[str, str]:
    """A hundred requests a minute: this number takes less than 100 ms, the rest up to a second."""
    return {
        f'{_LATENCY % "bucket"}{{{_OF}, le="0.1"}}': f"0+{fast}x200",
        f'{_LATENCY % "bucket"}{{{_OF}, le="1.0"}}': "0+100x200",
        f'{_LATENCY % "bucket"}{{{_OF}, le="+Inf"}}': "0+100x200",
    }


def mean(seconds: str) -> Mapping[str, str]:
    """A hundred requests a minute, and the seconds that they take together."""
    return {
        f"{_LATENCY % 'sum'}{{{_OF}}}": f"0+{seconds}x200",
        f"{_LATENCY % 'count'}{{{_OF}}}": "0+100x200",
    }


def beside(alert: str, job: str, deployment: str) -> Case:
    """An alert on a component that has another beside its main one: that one has no pod."""
    return Case(alert, {up(job): "1x200", deployment: "0x200"}, {up(job): "1x200", deployment: "1x200"})


CATALOGUE: Final = (
    gone("CertManagerDown", "cert-manager"),
    beside("CertManagerDown", "cert-manager", _LIVE % ("cert-manager", "cert-manager-webhook")),
    level(
        "CertificateExpiresSoon",
        'certmanager_certificate_expiration_timestamp_seconds{name="a"}',
        "500000",
        "900000",
    ),
    level(
        "CertificateNotReady", 'certmanager_certificate_ready_status{condition="False", name="a"}', "1", "0"
    ),
    level(
        "SecretsStoreDriverMissing",
        f"kube_daemonset_status_number_unavailable{{{_DRIVER}}}",
        "1",
        "0",
    ),
    grows(
        "SecretMountFailed",
        f"storage_operation_duration_seconds_count{{{_MOUNTS}}}",
    ),
    gone("ClusterAutoscalerDown", "cluster-autoscaler"),
    level("PodsWithoutNode", "cluster_autoscaler_unschedulable_pods_count", "3", "0"),
    level("ClusterAutoscalerHalted", "cluster_autoscaler_cluster_safe_to_autoscale", "0", "1"),
    gone("ExternalDnsDown", "external-dns"),
    Case(
        "ExternalDnsStale",
        {"external_dns_controller_last_sync_timestamp_seconds": "0x200"},
        {"external_dns_controller_last_sync_timestamp_seconds": "0+60x200"},
    ),
    gone("ExternalSecretsDown", "external-secrets-metrics"),
    beside(
        "ExternalSecretsDown",
        "external-secrets-metrics",
        _LIVE % ("secrets-management", "external-secrets-webhook"),
    ),
    level(
        "SecretSyncFailed",
        'externalsecret_status_condition{condition="Ready", status="False", name="a"}',
        "1",
        "0",
    ),
    level(
        "SecretStoreUnavailable",
        'clustersecretstore_status_condition{condition="Ready", status="False", name="a"}',
        "1",
        "0",
    ),
    gone("SealedSecretsDown", "sealed-secrets-controller"),
    grows("SealedSecretNotOpened", 'sealed_secrets_controller_unseal_errors_total{reason="unseal"}'),
    level("MetricsServerDown", _LIVE % ("kube-system", "metrics-server"), "0", "1"),
    level("LoadBalancerControllerDown", _LIVE % ("ingress-system", "aws-load-balancer-controller"), "0", "2"),
    grows(
        "LoadBalancerControllerFailing",
        'controller_runtime_reconcile_errors_total{namespace="ingress-system", controller="ingress"}',
    ),
)

PAGES: Final = (
    share(
        "MetalLbPoolExhausted",
        'metallb_allocator_addresses_in_use_total{pool="a"}',
        'metallb_allocator_addresses_total{pool="a"}',
        ("10", "9", "10"),
    ),
    without_pods("BlackboxExporterDown", "monitoring", "blackbox-exporter-prometheus-blackbox-exporter"),
    level("PageUnreachable", 'probe_success{instance="https://a"}', "0", "1"),
    level(
        "PageCertificateExpiresSoon",
        'probe_ssl_earliest_cert_expiry{instance="https://a"}',
        "900000",
        "9000000",
    ),
)

DELIVERY: Final = (
    level("ArgoCdDown", _LIVE % ("argocd", "argocd-repo-server"), "0", "1"),
    level("ArgoCdDown", _LIVE % ("argocd", "argocd-redis"), "0", "1"),
    level(
        "ArgoCdDown",
        f"kube_statefulset_status_replicas_ready{{{_CONTROLLER}}}",
        "0",
        "1",
    ),
    grows("SyncFailed", 'argocd_app_sync_total{name="shop", phase="Failed"}'),
    Case(
        "ApplicationOutOfSync",
        {'argocd_app_info{name="shop", sync_status="OutOfSync"}': "1x200"},
        {'argocd_app_info{name="shop", sync_status="Synced"}': "1x200"},
    ),
    # Five minutes on the way is what is promised; less is not worth a word.
    Case(
        "DeploymentSlow",
        {'argocd_app_info{name="shop", health_status="Progressing"}': "1x200"},
        {'argocd_app_info{name="shop", health_status="Progressing"}': "_x87 1x4"},
    ),
    Case(
        "RollbackDue",
        {'argocd_app_info{name="shop", health_status="Degraded"}': "_x85 1x10"},
        {'argocd_app_info{name="shop", health_status="Degraded"}': "_x89 1x4"},
    ),
    Case(
        "ArgoCdSignInsMany",
        {'argocd_login_request_total{pod="a"}': "0+20x200"},
        {'argocd_login_request_total{pod="a"}': "0+1x200"},
    ),
)

PLATFORM: Final = (
    Case(
        "ApiServerSlow",
        {_SLI % "1": "0+50x200", _SLI % "5": "0+100x200", _SLI % "+Inf": "0+100x200"},
        {_SLI % "1": "0+99x200", _SLI % "5": "0+100x200", _SLI % "+Inf": "0+100x200"},
    ),
    Case(
        "ApiServerFailing",
        {
            'apiserver_request_total{code="200"}': "0+90x200",
            'apiserver_request_total{code="500"}': "0+10x200",
        },
        {
            'apiserver_request_total{code="200"}': "0+990x200",
            'apiserver_request_total{code="500"}': "0+1x200",
        },
    ),
    Case(
        "SignInsRefused",
        {'authentication_attempts{result="failure"}': "0+60x200"},
        {'authentication_attempts{result="failure"}': "0+6x200"},
    ),
    grows(
        "PodsRefused",
        'pod_security_evaluations_total{decision="deny", mode="enforce", policy_level="restricted"}',
    ),
    level("NodeNotReady", 'kube_node_status_condition{condition="Ready", status="true", node="a"}', "0", "1"),
    share(
        "NodeMemoryExhausted",
        'node_memory_MemAvailable_bytes{instance="a"}',
        'node_memory_MemTotal_bytes{instance="a"}',
        ("4", "20", "100"),
    ),
    share(
        "NodeDiskFilling",
        'node_filesystem_avail_bytes{instance="a", fstype="xfs", mountpoint="/"}',
        'node_filesystem_size_bytes{instance="a", fstype="xfs", mountpoint="/"}',
        ("9", "40", "100"),
    ),
    share(
        "NodesFull",
        'kube_pod_container_resource_requests{resource="memory"}',
        'kube_node_status_allocatable{resource="memory"}',
        ("96", "80", "100"),
    ),
    # A volume that is nearly full, and fills; and one as full on which nothing changes.
    Case(
        "VolumeFilling",
        {
            'kubelet_volume_stats_available_bytes{persistentvolumeclaim="a"}': "14000-5x500",
            'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="a"}': "100000x500",
        },
        {
            'kubelet_volume_stats_available_bytes{persistentvolumeclaim="a"}': "14000x500",
            'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="a"}': "100000x500",
        },
        minutes=480,
    ),
    share(
        "VolumeFull",
        'kubelet_volume_stats_available_bytes{persistentvolumeclaim="a"}',
        'kubelet_volume_stats_capacity_bytes{persistentvolumeclaim="a"}',
        ("2", "10", "100"),
    ),
    level(
        "DeploymentFailed",
        'kube_deployment_status_condition{condition="Progressing", status="false", deployment="a"}',
        "1",
        "0",
    ),
    level(
        "PodCrashing",
        'kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff", pod="a"}',
        "1",
        "0",
    ),
    # Killed once is an accident, again and again is a limit that is too low.
    Case(
        "MemoryLimitReached",
        {
            _KILLED: "1x200",
            _RESTARTS: "0+1x200",
        },
        {
            _KILLED: "1x200",
            _RESTARTS: "1x200",
        },
    ),
    without_pods("MonitoringPartDown", "monitoring", "kube-prometheus-stack-grafana"),
    servers_missing("MonitoringPartDown", "monitoring", "prometheus-kube-prometheus-stack-prometheus"),
    daemons_missing("MonitoringPartDown", "monitoring", "kube-prometheus-stack-prometheus-node-exporter"),
    gone("StateMetricsDown", "kube-state-metrics"),
    grows("PrometheusRuleFailing", 'prometheus_rule_evaluation_failures_total{rule_group="a"}'),
    Case(
        "NobodyTold",
        {
            'alertmanager_notifications_failed_total{integration="slack"}': "0+1x200",
            'alertmanager_notifications_total{integration="slack"}': "0+2x200",
        },
        {
            'alertmanager_notifications_failed_total{integration="slack"}': "0x200",
            'alertmanager_notifications_total{integration="slack"}': "0+2x200",
        },
    ),
)

SERVICE_LEVELS: Final = (
    # 2 % of errors is twenty times the budget's pace; 0.5 % is five times, which may wait.
    Case("ErrorBudgetBurnsFast", requests("20", 200), requests("5", 200)),
    Case("ErrorBudgetBurnsSlowly", requests("4", 2000), requests("0", 2000), minutes=1900),
    Case("ResponsesSlow", latency("80"), latency("99")),
    Case("ResponsesSlow", mean("30"), mean("10")),
)

CASES: Final = (
    *CATALOGUE,
    *LOGS_AND_TRACES,
    *PAGES,
    *DELIVERY,
    *PLATFORM,
    *BACKUP,
    *ELASTIC,
    *SCALING,
    *SECURITY,
    *VAULT,
    *BARE_METAL,
    *SERVICE_LEVELS,
    *APPLICATIONS,
)
