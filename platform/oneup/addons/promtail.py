"""Promtail: retired log shipper for Loki, replaced by Alloy."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, daemonset_missing_pods
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, TOLERATE_ALL, ContainerRequests, daemonset_requests
from oneup.addons import alloy, loki
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("promtail")

PODS: Final = PodSelector(NAME, LOGGING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(50, 192)

ALERTS: Final = (
    Alert(
        name="PromtailMissing",
        expr=daemonset_missing_pods("logging", "promtail"),
        minutes=15,
        summary="Promtail is not running on {{ $value }} nodes: their logs are not shipped",
        runbook="promtail-missing",
    ),
    Alert(
        name="PromtailStalled",
        expr="(sum(rate(promtail_sent_entries_total[10m])) or vector(0)) == 0",
        minutes=15,
        severity="critical",
        summary="Loki has received no log lines for 15 minutes",
        runbook="promtail-stalled",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The DaemonSet in ``logging``; conflicts with Alloy, because Loki would receive every line twice."""
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://grafana.github.io/helm-charts", "promtail", "6.17.1"),
        values={
            "config": {
                "clients": [
                    {
                        "url": f"{loki.URL}/loki/api/v1/push",
                        "external_labels": {"cluster": context.cluster_name},
                    }
                ]
            },
            "resources": SIZE.resources,
            "podSecurityContext": {"seccompProfile": RESTRICTED_CONTEXT["seccompProfile"]},
            "priorityClassName": STANDARD.name,
            "tolerations": TOLERATE_ALL,
            "serviceMonitor": {"enabled": context.has_monitoring},
        },
        soft_dependencies=(loki.NAME,),
        conflicts=(alloy.NAME,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS),
            *allow_egress(PODS, Peer.API_SERVER),
            network_flow(PODS, loki.PODS, 3100),
            prometheus.allow_scraping(PODS, 3101),
        ),
        requests=daemonset_requests(SIZE),
    )
