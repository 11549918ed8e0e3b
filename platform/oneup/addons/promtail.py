"""Promtail: retired log shipper for Loki, replaced by Alloy."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, daemons_missing
from oneup.addonkit.flow import Place, Pods, flow, reaches
from oneup.addonkit.pods import CONTAINER, EVERYWHERE, Size, daemons
from oneup.addons import alloy, loki
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("promtail")

PODS: Final = Pods(NAME, LOGGING, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(50, 192)

ALERTS: Final = (
    Alert(
        name="PromtailMissing",
        expr=daemons_missing("logging", "promtail"),
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


def addon(context: Context) -> Addon:
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
            "podSecurityContext": {"seccompProfile": CONTAINER["seccompProfile"]},
            "priorityClassName": STANDARD.name,
            "tolerations": EVERYWHERE,
            "serviceMonitor": {"enabled": context.monitored},
        },
        expects=(loki.NAME,),
        conflicts=(alloy.NAME,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pods=(PODS,),
        flows=(
            *reaches(PODS),
            *reaches(PODS, Place.API_SERVER),
            flow(PODS, loki.PODS, 3100),
            prometheus.scrapes(PODS, 3101),
        ),
        footprint=daemons(SIZE),
    )
