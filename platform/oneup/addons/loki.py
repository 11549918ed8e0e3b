"""Loki: stores container logs in a bucket."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import NetworkFlow, PodSelector, network_flow
from oneup.addonkit.grafana import data_source
from oneup.addonkit.object_store import Bucket, bucket_for
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import grafana, prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.values import Values
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("loki")

PODS: Final = PodSelector(NAME, LOGGING, {"app.kubernetes.io/name": NAME})

URL: Final = f"http://{NAME}.{LOGGING.name}.svc.cluster.local:3100"
"""The push and query endpoint."""

CPU_MILLIS: Final = 200

TRACES: Final = AddonName("tempo")
"""The trace store that log lines link to; also its data source uid."""

ALERTS: Final = (
    Alert(
        name="LokiDown",
        expr='absent(up{job="logging/loki"} == 1)',
        severity="critical",
        summary="Loki is down: log shippers buffer log lines, and lose them when they restart",
        runbook="loki-down",
    ),
    Alert(
        name="LokiRequestErrors",
        expr=(
            "sum by (route)"
            ' (rate(loki_request_duration_seconds_count{job="logging/loki", status_code=~"5.."}[5m]))'
            ' / sum by (route) (rate(loki_request_duration_seconds_count{job="logging/loki"}[5m])) > 0.1'
        ),
        minutes=15,
        summary="Loki fails {{ $value | humanizePercentage }} of its requests to {{ $labels.route }}",
        runbook="loki-request-errors",
    ),
    Alert(
        name="LokiBucketFailing",
        expr=(
            "sum by (operation)"
            ' (rate(loki_objstore_bucket_operation_failures_total{job="logging/loki"}[10m])) > 0'
        ),
        minutes=20,
        severity="critical",
        summary="Loki's bucket rejects {{ $labels.operation }}: log lines accumulate on its volumes",
        runbook="loki-bucket-failing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``logging``: single-binary mode, three replicas with high availability.

    With replication factor three, two of three must accept a line, so one may fail. Two replicas could not
    lose either. The chart's other modes separate reads from writes, for much larger volumes.
    """
    settings = context.settings
    knobs = settings.addons.loki
    replicas = 3 if settings.replicas > 1 else 1
    store = bucket_for(settings, "logs")
    identity = store.identity(NAME)
    size = ContainerRequests(CPU_MILLIS, knobs.memory)
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://grafana-community.github.io/helm-charts", "loki", "18.11.0"),
        values={
            "deploymentMode": "Monolithic",
            "loki": {"auth_enabled": False, **_configuration(store, replicas)},
            "singleBinary": {
                "replicas": replicas,
                "resources": size.resources,
                "priorityClassName": STANDARD.name,
                "podDisruptionBudget": {"maxUnavailable": 1},
                "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": NAME}),
                # Data not yet in the bucket; the claims are deleted with the release.
                "persistence": {"size": f"{knobs.volume}Gi", "enableStatefulSetAutoDeletePVC": True},
                "extraEnv": store.environment,
            },
            # Components of another mode, which the chart still validates in this one.
            **{part: {"replicas": 0} for part in ("read", "write", "backend")},
            "serviceAccount": {"create": identity is None, "name": NAME},
            "monitoring": {"serviceMonitor": {"enabled": context.has_monitoring}},
            **_disabled_components(),
        },
        requires=store.requires,
        reads_settings_of=(TRACES,),
        uses=(Capability.MONITORS,),
        identity=identity,
        timeout_seconds=900,
        prerequisite_manifests=store.claims(LOGGING),
        post_install_manifests=(data_source(NAME, LOGGING, _data_source(traced=TRACES in context.enabled)),),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=_flows(store),
        requests=pod_requests((size, replicas)),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _data_source(*, traced: bool) -> Values:
    """The data source with derived fields: links a log line to its trace."""
    link: Values = {
        "name": "trace",
        "matcherRegex": r"""trace_?[iI][dD]["'=:\s]+([0-9a-f]{32})""",
        "datasourceUid": TRACES,
        # Grafana's provisioning would expand a single $ as an environment variable.
        "url": "$${__value.raw}",
    }
    return {"type": "loki", "url": URL, **({"jsonData": {"derivedFields": [link]}} if traced else {})}


def _configuration(store: Bucket, replicas: int) -> Values:
    """Loki's configuration: one schema, and retention."""
    reached: Values = {"endpoint": store.endpoint, "region": store.region, "insecure": store.is_plain_http}
    period = {"prefix": "index_", "period": "24h"}
    return {
        "commonConfig": {"replication_factor": replicas},
        "storage": {
            "use_thanos_objstore": True,
            "bucketNames": {"chunks": store.bucket},
            "object_store": {"type": "s3", "s3": reached},
        },
        "schemaConfig": {
            "configs": [
                {
                    "from": "2024-04-01",
                    "store": "tsdb",
                    "object_store": "s3",
                    "schema": "v13",
                    "index": period,
                }
            ]
        },
        # Loki deletes lines and index together; the bucket's lifecycle rule is only a fallback.
        "compactor": {"retention_enabled": True, "delete_request_store": "s3"},
        "limits_config": {"retention_period": f"{store.retention_days * 24}h"},
        "analytics": {"reporting_enabled": False},
    }


def _flows(store: Bucket) -> tuple[NetworkFlow, ...]:
    """Ingress from Grafana and Prometheus; gossip and gRPC between its pods."""
    return (
        *store.allow_egress_from(PODS),
        network_flow(PODS, PODS, 3100, 7946, 9095),
        network_flow(grafana.PODS, PODS, 3100),
        prometheus.allow_scraping(PODS, 3100),
    )


def _disabled_components() -> Values:
    """Components of the chart that are not needed.

    Its caches request 9 GiB; the gateway only routes between components that are one here;
    Prometheus evaluates log alerts from the shippers' metrics.
    """
    return {
        "chunksCache": {"enabled": False},
        "resultsCache": {"enabled": False},
        "memcached": {"enabled": False},
        "gateway": {"enabled": False},
        "ruler": {"enabled": False},
        "sidecar": {"rules": {"enabled": False}},
        "lokiCanary": {"enabled": False},
        "test": {"enabled": False},
    }
