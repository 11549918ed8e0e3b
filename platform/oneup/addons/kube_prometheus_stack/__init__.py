"""Prometheus, Alertmanager and Grafana, with node-exporter and kube-state-metrics."""

from typing import Final

from oneup.addonkit import required_secrets
from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, ResourceRequests
from oneup.addonkit.alert import prometheus_rule
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, daemonset_requests, pod_requests
from oneup.addons import external_secrets
from oneup.addons import prometheus_operator_crds as crds
from oneup.addons.kube_prometheus_stack import alertmanager, grafana, prometheus, rules, service_levels
from oneup.foundation.cluster_reference import Stage
from oneup.settings.addons.monitoring import KubePrometheusStack, Prometheus
from oneup.settings.model import Settings
from oneup.values import Values
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("kube-prometheus-stack")

TRACES: Final = AddonName("tempo")
"""The trace store with the data source uid ``tempo``."""

SNAPSHOTS: Final = AddonName("prometheus-snapshots")
"""Requests snapshots from Prometheus."""

OPERATOR: Final = PodSelector(f"{NAME}-operator", MONITORING, {"app": f"{NAME}-operator"})
STATE_METRICS: Final = PodSelector(
    "kube-state-metrics", MONITORING, {"app.kubernetes.io/name": "kube-state-metrics"}
)
HOOKS: Final = tuple(
    PodSelector(f"{NAME}-admission-{job}", MONITORING, {"app": f"{NAME}-admission-{job}"})
    for job in ("create", "patch")
)
"""Jobs that create the certificate of the operator's webhook."""

_OPERATOR: Final = ContainerRequests(50, 192)
_STATE_METRICS: Final = ContainerRequests(50, 192)
_NODE_EXPORTER: Final = ContainerRequests(30, 64)
_RELOADER: Final = ContainerRequests(10, 50)


def addon(context: AddonContext) -> Addon:
    """The release in ``monitoring``; two Prometheus and Alertmanager replicas with high availability."""
    settings = context.settings
    knobs = settings.addons.kube_prometheus_stack
    secrets = required_secrets.external_secret_manifests(context, MONITORING.name)
    recorded = [record.rule() for record in service_levels.RECORDS]
    return Addon(
        name=NAME,
        namespace=MONITORING,
        chart=Chart("https://prometheus-community.github.io/helm-charts", "kube-prometheus-stack", "88.5.3"),
        values={
            # The CRDs are a separate release, because Helm never upgrades a chart's CRDs.
            "crds": {"enabled": False},
            # The chart's rules, except those with the same conditions as ours.
            "defaultRules": {"disabled": dict.fromkeys(rules.REPLACED_CHART_ALERTS, True)},
            **_control_plane(knobs.prometheus),
            **_agents(),
            "prometheus": prometheus.values(settings, knobs, admin=SNAPSHOTS in context.enabled),
            "alertmanager": alertmanager.values(settings, knobs),
            "grafana": grafana.values(settings, knobs, traced=TRACES in context.enabled),
        },
        requires=(crds.NAME,),
        reads_settings_of=(TRACES, SNAPSHOTS, external_secrets.NAME),
        uses=(Capability.DNS_RECORDS, *((Capability.SECRETS,) if secrets else ())),
        identity=alertmanager.identity(settings, knobs.alertmanager),
        timeout_seconds=900,
        # Before the pods, because Grafana reads them only at start.
        prerequisite_manifests=(*grafana.dashboards(), grafana.rights(), *secrets),
        post_install_manifests=(prometheus_rule("service-levels", MONITORING.name, recorded),),
        alerts=(*rules.PLATFORM, *service_levels.ALERTS),
        pod_selectors=(prometheus.PODS, alertmanager.PODS, grafana.PODS, OPERATOR, STATE_METRICS, *HOOKS),
        network_flows=_flows(settings, knobs),
        requests=_footprint(knobs, settings.replicas),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _control_plane(knobs: Prometheus) -> Values:
    """Control plane components that only some clusters expose; otherwise their alerts would fire permanently."""
    parts = ("kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy")
    return {part: {"enabled": knobs.control_plane} for part in parts}


def _agents() -> Values:
    """The operator, node-exporter and kube-state-metrics.

    One kube-state-metrics even with high availability: a second one would double every metric.
    """
    return {
        "prometheusOperator": {
            "resources": _OPERATOR.resources,
            "priorityClassName": STANDARD.name,
            "prometheusConfigReloader": {"resources": _RELOADER.resources},
            # Tests validate the rules; an update must not fail because the
            # webhook's pod is being rescheduled.
            "admissionWebhooks": {"failurePolicy": "Ignore", "patch": {"resources": _RELOADER.resources}},
        },
        "kube-state-metrics": {
            "resources": _STATE_METRICS.resources,
            "containerSecurityContext": RESTRICTED_CONTEXT,
            "priorityClassName": STANDARD.name,
        },
        "prometheus-node-exporter": {
            "resources": _NODE_EXPORTER.resources,
            "containerSecurityContext": RESTRICTED_CONTEXT,
            "priorityClassName": "system-node-critical",
        },
    }


def _flows(settings: Settings, knobs: KubePrometheusStack) -> tuple[NetworkFlow, ...]:
    """Of all components; node-exporter uses the host network."""
    return (
        *prometheus.flows(knobs.prometheus),
        *alertmanager.flows(settings, knobs.alertmanager),
        *grafana.flows(settings, knobs.grafana),
        *(each for pods in (OPERATOR, STATE_METRICS, *HOOKS) for each in allow_egress(pods, Peer.API_SERVER)),
        allow_webhook(OPERATOR, 10250),
        prometheus.allow_scraping(OPERATOR, 10250),
        prometheus.allow_scraping(STATE_METRICS, 8080),
    )


def _footprint(knobs: KubePrometheusStack, replicas: int) -> ResourceRequests:
    shown = grafana.SIZE + grafana.SIDECAR + grafana.SIDECAR
    return pod_requests(
        (prometheus.size(knobs.prometheus) + _RELOADER, replicas),
        (alertmanager.SIZE + _RELOADER, replicas),
        (shown, 1),
        (_OPERATOR, 1),
        (_STATE_METRICS, 1),
    ) + daemonset_requests(_NODE_EXPORTER)
