"""Falco: detects suspicious behaviour of containers and sends alerts to Alertmanager."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, daemonset_missing_pods, deployment_down
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import (
    RESTRICTED_CONTEXT,
    TOLERATE_ALL,
    ContainerRequests,
    daemonset_requests,
    disruption_budget,
    node_anti_affinity,
    pod_requests,
)
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import alertmanager, prometheus
from oneup.addons.kube_prometheus_stack.alertmanager import URL
from oneup.values import Values
from oneup.workspace.namespace import SECURITY
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("falco")

PODS: Final = PodSelector(NAME, SECURITY, {"app.kubernetes.io/name": NAME})
ROUTER_PODS: Final = PodSelector("falcosidekick", SECURITY, {"app.kubernetes.io/name": "falcosidekick"})


WATCHER: Final = ContainerRequests(100, 512)
RULES: Final = ContainerRequests(10, 64)
"""The sidecar that updates the rules."""

ROUTER: Final = ContainerRequests(20, 64)
"""falcosidekick, which forwards events to Alertmanager."""

_ROUTERS: Final = {"app.kubernetes.io/name": "falcosidekick", "app.kubernetes.io/instance": NAME}

ALERTS: Final = (
    Alert(
        name="FalcoMissing",
        expr=daemonset_missing_pods("security", "falco"),
        minutes=15,
        summary="Falco is not running on {{ $value }} nodes: their containers are not monitored",
        runbook="falco-missing",
    ),
    Alert(
        name="FalcoBlind",
        expr="sum by (pod) (rate(falcosecurity_scap_n_drops_total[10m]))"
        " > 0.02 * sum by (pod) (rate(falcosecurity_scap_n_evts_total[10m]))",
        minutes=15,
        summary="Falco drops more than 2 % of the kernel events at {{ $labels.pod }}",
        runbook="falco-blind",
    ),
    Alert(
        name="FalcoEventsUndelivered",
        expr='sum(increase(falcosecurity_falcosidekick_outputs_total{status="error"}[15m])) > 0'
        f" or {deployment_down(SECURITY.name, f'{NAME}-falcosidekick')}",
        minutes=5,
        severity="critical",
        summary="Security events do not reach Alertmanager",
        runbook="falco-events-undelivered",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``security``: a DaemonSet that uses eBPF, not privileged."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=SECURITY,
        chart=Chart("https://falcosecurity.github.io/charts", "falco", "9.1.0"),
        values={
            "driver": {"kind": "modern_ebpf", "modernEbpf": {"leastPrivileged": True}},
            "resources": WATCHER.resources,
            "podPriorityClassName": CRITICAL.name,
            "tolerations": TOLERATE_ALL,
            "metrics": {"enabled": True},
            "serviceMonitor": {"create": context.has_monitoring},
            "falcoctl": {
                "artifact": {
                    "install": {"resources": RULES.resources},
                    "follow": {"resources": RULES.resources},
                }
            },
            "falcosidekick": _router(context, replicas),
        },
        soft_dependencies=(kube_prometheus_stack.NAME,),
        uses=(Capability.MONITORS,),
        prerequisite_manifests=(disruption_budget("falcosidekick", SECURITY, _ROUTERS, {"minAvailable": 1}),)
        if replicas > 1
        else (),
        alerts=ALERTS,
        pod_selectors=(PODS, ROUTER_PODS),
        network_flows=_flows(),
        requests=pod_requests((ROUTER, replicas)) + daemonset_requests(WATCHER + RULES),
    )


def _router(context: AddonContext, replicas: int) -> Values:
    """Events of the configured priority and above, to Alertmanager's v2 API."""
    knobs = context.settings.addons.falco
    return {
        "enabled": True,
        "replicaCount": replicas,
        "resources": ROUTER.resources,
        "priorityClassName": CRITICAL.name,
        "affinity": node_anti_affinity(_ROUTERS),
        "securityContext": RESTRICTED_CONTEXT,
        "serviceMonitor": {"enabled": context.has_monitoring},
        "config": {
            "alertmanager": {
                "hostport": URL,
                # The chart's default is API v1, which Alertmanager has removed.
                "endpoint": "/api/v2/alerts",
                "minimumpriority": knobs.tell_from,
            }
        },
    }


def _flows() -> tuple[NetworkFlow, ...]:
    """Falco fetches rules from a registry and sends events to falcosidekick, which sends them to Alertmanager."""
    return (
        *allow_egress(PODS, Peer.INTERNET),
        network_flow(PODS, ROUTER_PODS, 2801),
        *allow_egress(ROUTER_PODS),
        network_flow(ROUTER_PODS, alertmanager.PODS, 9093),
        prometheus.allow_scraping(PODS, 8765),
        prometheus.allow_scraping(ROUTER_PODS, 2801),
    )
