"""CloudNativePG: PostgreSQL databases that survive a node, with backups to the object store."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import ContainerRequests, disruption_budget, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import DATABASES
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("cloudnative-pg")

PODS: Final = PodSelector(NAME, DATABASES, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(100, 256)

ALERTS: Final = (
    Alert(
        name="DatabaseOperatorDown",
        expr=deployment_down(DATABASES.name, NAME),
        minutes=15,
        summary="The CloudNativePG operator is down: databases run, but do not fail over and are not backed up",
        runbook="database-operator-down",
    ),
    Alert(
        name="DatabaseInstanceMissing",
        expr=(
            "count by (namespace, cluster) (cnpg_collector_up == 1)"
            " < max_over_time(count by (namespace, cluster) (cnpg_collector_up)[1d:5m])"
        ),
        minutes=15,
        summary="The database {{ $labels.namespace }}/{{ $labels.cluster }} has fewer instances than it should",
        runbook="database-instance-missing",
    ),
    Alert(
        name="DatabaseReplicaBehind",
        expr="max by (namespace, pod) (cnpg_pg_replication_lag) > 300",
        minutes=10,
        summary="The replica {{ $labels.namespace }}/{{ $labels.pod }} is {{ $value | humanizeDuration }} late",
        runbook="database-replica-behind",
    ),
    Alert(
        name="DatabaseBackupTooOld",
        expr=(
            "time() - max by (namespace, cluster)"
            " (cnpg_collector_last_available_backup_timestamp > 0) > 36 * 3600"
        ),
        minutes=30,
        severity="critical",
        summary="The database {{ $labels.namespace }}/{{ $labels.cluster }} has had no successful backup for 36 hours",
        runbook="database-backup-too-old",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``cnpg-system``.

    0.29 (CloudNativePG 1.30) is the last with built-in object store backups: 1.31 requires
    a separate plug-in.
    """
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=DATABASES,
        chart=Chart(
            "https://cloudnative-pg.github.io/charts",
            "cloudnative-pg",
            "0.29.0",
            leaves=("postgresql.cnpg.io",),
        ),
        values={
            "replicaCount": replicas,
            "resources": SIZE.resources,
            "priorityClassName": CRITICAL.name,
            "topologySpreadConstraints": topology_spread(PODS.labels),
            "monitoring": {"podMonitorEnabled": context.has_monitoring},
        },
        prerequisite_manifests=(disruption_budget(NAME, DATABASES, PODS.labels, {"minAvailable": 1}),)
        if replicas > 1
        else (),
        provides=(Capability.DATABASES,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS, Peer.API_SERVER),
            *allow_egress(PODS),
            network_flow(PODS, Peer.APPLICATIONS, 8000),
            allow_webhook(PODS, 9443),
            prometheus.allow_scraping(PODS, 8080),
        ),
        requests=pod_requests((SIZE, replicas)),
    )
