"""Kong: the ingress controller, with its configuration in PostgreSQL."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.database import PostgresDatabase
from oneup.addonkit.flow import (
    ANY_PORT,
    NetworkFlow,
    Peer,
    PodSelector,
    allow_egress,
    allow_webhook,
    network_flow,
)
from oneup.addonkit.grafana import dashboard_of
from oneup.addonkit.object_store import CEPH_ADDON, CEPH_GATEWAYS, bucket_for
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons import cloudnative_pg, gateway_api, kube_prometheus_stack
from oneup.addons.kong.gateway import kong_plugins, node_placement, public_gateway
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.cluster_reference import Stage
from oneup.settings.addons.networking import Kong
from oneup.settings.existing import NodeRole
from oneup.values import Value, Values
from oneup.workspace.namespace import INGRESS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("kong")

CERTIFICATES: Final = AddonName("cert-manager")
"""Issues certificates for its hosts, and uses Kong for HTTP01 challenges."""

_LABELS: Final = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "app"}

PODS: Final = PodSelector(NAME, INGRESS, _LABELS)
MIGRATIONS: Final = tuple(
    PodSelector(f"{NAME}-{job}", INGRESS, {**_LABELS, "app.kubernetes.io/component": job})
    for job in ("init-migrations", "pre-upgrade-migrations", "post-upgrade-migrations")
)
"""The database migration jobs."""

DATABASE_PODS: Final = PodSelector("kong-database", INGRESS, {"cnpg.io/cluster": "kong-database"})
SOLVERS: Final = PodSelector("acme-solver", INGRESS, {"acme.cert-manager.io/http01-solver": "true"})
"""The HTTP01 solver of the Gateway's hosts."""


PROXY: Final = ContainerRequests(250, 1024)
CONTROLLER: Final = ContainerRequests(100, 256)
DATABASE: Final = ContainerRequests(200, 512)

ALERTS: Final = (
    Alert(
        name="KongDown",
        expr=deployment_down(INGRESS.name, "kong-kong"),
        minutes=2,
        severity="critical",
        summary="Kong is not ready: the cluster is not reachable from outside",
        runbook="kong-down",
    ),
    Alert(
        name="KongErrors",
        expr=(
            'sum by (service) (rate(kong_http_requests_total{code=~"5.."}[5m]))'
            " / sum by (service) (rate(kong_http_requests_total[5m])) > 0.05"
        ),
        minutes=10,
        summary="{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail",
        runbook="kong-errors",
    ),
    Alert(
        name="KongWithoutDatabase",
        expr="min(kong_datastore_reachable) == 0",
        minutes=5,
        severity="critical",
        summary="Kong cannot reach its database: it serves its cached routes, and changes have no effect",
        runbook="kong-without-database",
    ),
    Alert(
        name="KongConfigurationRefused",
        expr='increase(ingress_controller_configuration_push_count{success="false"}[15m]) > 0',
        minutes=15,
        summary="Kong rejects its generated configuration: changes to Ingresses have no effect",
        runbook="kong-configuration-refused",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``ingress-system``, on gateway nodes; its database on workers.

    ``admin``, ``manager`` and ``portal`` stay off: the controller beside each proxy speaks to the admin API
    on the pod's own loopback, and nobody else does.
    """
    settings = context.existing
    knobs = settings.addons.kong
    replicas = 3 if settings.replicas > 1 else 1
    database = _database(context, replicas)
    off: Values = {"enabled": False}
    return Addon(
        name=NAME,
        namespace=INGRESS,
        chart=Chart("https://charts.konghq.com", "kong", "3.4.1", leaves=("configuration.konghq.com",)),
        values={
            "env": _environment(database),
            "proxy": {
                "type": "LoadBalancer",
                # Preserves the client address, which rate limits use.
                "externalTrafficPolicy": "Local",
                "loadBalancerSourceRanges": list(knobs.allowed_cidrs),
            },
            **dict.fromkeys(("admin", "manager", "portal", "portalapi"), off),
            "ingressController": {"ingressClass": NAME, "resources": CONTROLLER.resources},
            "replicaCount": replicas,
            "autoscaling": {"enabled": replicas > 1, "minReplicas": replicas, "maxReplicas": knobs.most},
            "podDisruptionBudget": {"enabled": replicas > 1, "maxUnavailable": 1},
            "resources": PROXY.resources,
            "migrations": {"resources": PROXY.resources},
            "priorityClassName": CRITICAL.name,
            "topologySpreadConstraints": topology_spread(_LABELS),
            **node_placement(settings),
            "serviceMonitor": {"enabled": context.has_monitoring, "trustCRDsExist": True},
        },
        requires=(cloudnative_pg.NAME, *_requires(knobs)),
        provides=(Capability.GATEWAYS,),
        reads_settings_of=(kube_prometheus_stack.NAME,),
        uses=(Capability.MONITORS, Capability.OBJECT_STORE),
        timeout_seconds=600,
        prerequisite_manifests=(*database.manifests(monitored=context.has_monitoring), *_dashboards(context)),
        post_install_manifests=(*kong_plugins(knobs), *(public_gateway(knobs) if knobs.gateway else ())),
        alerts=ALERTS,
        pod_selectors=(PODS, *MIGRATIONS, DATABASE_PODS, SOLVERS),
        network_flows=_flows(),
        requests=pod_requests((PROXY + CONTROLLER, replicas), (DATABASE, database.instances)),
        node_role=NodeRole.GATEWAY,
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _flows() -> tuple[NetworkFlow, ...]:
    """Ingress from outside, egress to the applications; only Kong can reach its database."""
    return (
        network_flow(Peer.INTERNET, PODS, 8000, 8443),
        network_flow(PODS, Peer.APPLICATIONS, ANY_PORT),
        *(each for pods in (PODS, *MIGRATIONS) for each in allow_egress(pods)),
        *allow_egress(PODS, Peer.API_SERVER),
        allow_webhook(PODS, 8080),
        network_flow(PODS, SOLVERS, 8089),
        *(network_flow(pods, DATABASE_PODS, 5432) for pods in (PODS, *MIGRATIONS)),
        prometheus.allow_scraping(PODS, 8100, 10255),
        *allow_egress(DATABASE_PODS),
        *allow_egress(DATABASE_PODS, Peer.API_SERVER),
        network_flow(DATABASE_PODS, DATABASE_PODS, 5432, 8000),
        network_flow(cloudnative_pg.PODS, DATABASE_PODS, 5432, 8000),
        network_flow(DATABASE_PODS, CEPH_GATEWAYS, 8080),
        prometheus.allow_scraping(DATABASE_PODS, 9187),
    )


def _dashboards(context: AddonContext) -> tuple[Manifest, ...]:
    """Only if Grafana is enabled."""
    shown = kube_prometheus_stack.NAME in context.enabled
    return (dashboard_of(NAME, INGRESS, "kong/dashboard.json"),) if shown else ()


def _requires(knobs: Kong) -> tuple[AddonName, ...]:
    """Dependencies: Gateway API CRDs, cert-manager, and the backup bucket."""
    kinds = (gateway_api.NAME,) if knobs.gateway else ()
    certified = (CERTIFICATES,) if knobs.gateway and knobs.hosts else ()
    return (*kinds, *certified, *((CEPH_ADDON,) if knobs.backups else ()))


def _database(context: AddonContext, instances: int) -> PostgresDatabase:
    """Three instances with high availability."""
    knobs = context.existing.addons.kong
    return PostgresDatabase(
        name="kong-database",
        namespace=INGRESS,
        owner="kong",
        size=DATABASE,
        instances=instances,
        gibibytes=knobs.volume,
        backups=bucket_for(context.settings, "backups", owner=NAME) if knobs.backups else None,
    )


def _environment(database: PostgresDatabase) -> Values:
    """Kong's configuration; database credentials come from the database's Secret."""
    known: dict[str, Value] = {
        f"pg_{name}": {"valueFrom": {"secretKeyRef": {"name": database.secret, "key": key}}}
        for name, key in (("user", "username"), ("password", "password"))
    }
    return {
        "database": "postgres",
        "pg_host": database.host,
        "pg_database": database.owner,
        "pg_ssl": "on",
        **known,
        "nginx_worker_processes": "2",
        # Do not disclose the version.
        "headers": "off",
        "anonymous_reports": "off",
    }
