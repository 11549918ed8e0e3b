"""CloudNativePG: PostgreSQL databases that survive a node, with backups to the object store."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Place, Pods, called, flow, reaches
from oneup.addonkit.pods import Size, budget, footprint, spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.workspace.namespace import DATABASES
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("cloudnative-pg")

PODS: Final = Pods(NAME, DATABASES, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(100, 256)

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


def addon(context: Context) -> Addon:
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
            "topologySpreadConstraints": spread(PODS.labels),
            "monitoring": {"podMonitorEnabled": context.monitored},
        },
        before=(budget(NAME, DATABASES, PODS.labels, {"minAvailable": 1}),) if replicas > 1 else (),
        provides=(Capability.DATABASES,),
        uses=(Capability.MONITORS,),
        alerts=ALERTS,
        pods=(PODS,),
        flows=(
            *reaches(PODS, Place.API_SERVER),
            *reaches(PODS),
            flow(PODS, Place.APPLICATIONS, 8000),
            called(PODS, 9443),
            prometheus.scrapes(PODS, 8080),
        ),
        footprint=footprint((SIZE, replicas)),
    )
