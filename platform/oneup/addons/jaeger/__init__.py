"""Jaeger: searchable traces in Elasticsearch or, for tests, in memory."""

import json
from hashlib import sha256
from typing import Final, cast

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.assets import load_yaml
from oneup.addonkit.flow import NetworkFlow, PodSelector, allow_egress, network_flow
from oneup.addonkit.grafana import data_source
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons import eck_operator
from oneup.addons.eck_operator import retention, stack, users
from oneup.addons.kube_prometheus_stack import grafana, prometheus
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import LOGGING

NAME: Final = AddonName("jaeger")

_LABELS: Final = {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": "all-in-one"}
_CLEANER: Final = "es-index-cleaner"

PODS: Final = PodSelector(NAME, LOGGING, _LABELS)
CLEANER_PODS: Final = PodSelector(
    f"{NAME}-{_CLEANER}", LOGGING, {"app.kubernetes.io/name": NAME, "app.kubernetes.io/component": _CLEANER}
)

HOST: Final = f"{NAME}.{LOGGING.name}.svc.cluster.local"
"""OTLP at 4317; UI and query API at 16686."""

CPU_MILLIS: Final = 100

CLEANER: Final = ContainerRequests(10, 64)

_CONFIGURATION: Final = "jaeger/pipeline.yaml"
_AUTHORITY: Final = "/certificates/ca.crt"
_USER: Final = 10001

ALERTS: Final = (
    Alert(
        name="JaegerDown",
        expr='absent(up{job="jaeger"} == 1)',
        summary="Jaeger is down: it receives no traces, and traces cannot be viewed",
        runbook="jaeger-down",
    ),
    Alert(
        name="JaegerStoreFailing",
        expr='sum(rate(otelcol_exporter_send_failed_spans_total{job="jaeger"}[10m])) > 0',
        minutes=15,
        summary="Jaeger cannot write spans to its storage: they are lost",
        runbook="jaeger-store-failing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``logging``, in the namespace of its Elasticsearch Secrets.

    One pod even with high availability: the chart uses the Recreate strategy and has no disruption
    budget. Traces are in Elasticsearch, and the collector retries while Jaeger restarts.
    """
    settings = context.settings
    kept = eck_operator.NAME in context.enabled
    configuration = _configuration(settings, kept=kept)
    size = ContainerRequests(CPU_MILLIS, settings.addons.jaeger.memory)
    return Addon(
        name=NAME,
        namespace=LOGGING,
        chart=Chart("https://jaegertracing.github.io/helm-charts", "jaeger", "4.11.1"),
        values={
            "userconfig": configuration,
            "jaeger": {
                # A checksum restarts the pod when the configuration changes.
                "podLabels": {"oneup.dev/configuration": _digest(configuration)},
                "resources": size.resources,
                "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": _USER},
                "serviceAccount": {"automountServiceAccountToken": False},
                **(_entry() if kept else {}),
            },
            **(_cleaner(settings) if kept else {}),
        },
        requires=(eck_operator.NAME,) if kept else (),
        reads_settings_of=(eck_operator.NAME,),
        uses=(Capability.MONITORS,),
        post_install_manifests=(
            data_source(NAME, LOGGING, {"type": "jaeger", "url": f"http://{HOST}:16686"}),
            *((_monitor(),) if context.has_monitoring else ()),
        ),
        alerts=ALERTS,
        pod_selectors=(PODS, CLEANER_PODS) if kept else (PODS,),
        network_flows=_flows(kept=kept),
        requests=pod_requests((size, 1), *(((CLEANER, 1),) if kept else ())),
    )


def _configuration(settings: Settings, *, kept: bool) -> Values:
    """Jaeger's own, with the store that it has."""
    whole = load_yaml(_CONFIGURATION)
    extensions = cast(Values, whole["extensions"])
    memory: Values = {"memory": {"max_traces": settings.addons.jaeger.traces}}
    store: Values = {"backends": {"traces": _elasticsearch(settings) if kept else memory}}
    return {**whole, "extensions": {**extensions, "jaeger_storage": store}}


def _digest(configuration: Values) -> str:
    return sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()[:12]


def _elasticsearch(settings: Settings) -> Values:
    """Daily indices, with its own user; the password is an environment variable."""
    shape: Values = {"shards": 1, "replicas": min(1, stack.nodes(settings) - 1)}
    sorts = ("spans", "services", "dependencies", "sampling")
    return {
        "elasticsearch": {
            "server_urls": [f"https://{stack.HOST}:9200"],
            "auth": {"basic": {"username": users.TRACER, "password": "${env:ELASTICSEARCH_PASSWORD}"}},
            "tls": {"ca_file": _AUTHORITY},
            "indices": dict.fromkeys(sorts, shape),
        }
    }


def _entry() -> Values:
    """Access to Elasticsearch: password and CA."""
    environment: list[Value] = [retention.password("ELASTICSEARCH_PASSWORD", users.TRACER)]
    volumes: list[Value] = [{"name": "certificates", "secret": {"secretName": stack.AUTHORITY}}]
    mounts: list[Value] = [{"name": "certificates", "mountPath": "/certificates", "readOnly": True}]
    return {"extraEnv": environment, "extraVolumes": volumes, "extraVolumeMounts": mounts}


def _cleaner(settings: Settings) -> Values:
    """The nightly job that deletes indices older than the retention."""
    given = {"ES_USERNAME": users.TRACER, "ES_TLS_ENABLED": "true", "ES_TLS_CA": _AUTHORITY}
    environment: list[Value] = [{"name": name, "value": value} for name, value in given.items()]
    proof: Values = {
        "name": "certificates",
        "secretName": stack.AUTHORITY,
        "mountPath": _AUTHORITY,
        "subPath": "ca.crt",
        "readOnly": True,
    }
    return {
        "storage": {"elasticsearch": {"url": f"https://{stack.HOST}:9200"}},
        "esIndexCleaner": {
            "enabled": True,
            "numberOfDays": settings.addons.jaeger.retention_days,
            "extraEnv": [*environment, retention.password("ES_PASSWORD", users.TRACER)],
            "extraSecretMounts": [proof],
            "resources": CLEANER.resources,
            "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": _USER},
            "podSecurityContext": {"runAsUser": _USER},
        },
    }


def _monitor() -> Manifest:
    """The chart has none."""
    spec: Values = {
        "selector": {"matchLabels": dict[str, Value](_LABELS)},
        "endpoints": [{"port": "internal-metrics"}],
    }
    return Manifest(
        api_version="monitoring.coreos.com/v1",
        kind="ServiceMonitor",
        name=NAME,
        namespace=LOGGING.name,
        body={"spec": spec},
    )


def _flows(*, kept: bool) -> tuple[NetworkFlow, ...]:
    """Ingress from Grafana and Prometheus; egress to Elasticsearch."""
    asked = (network_flow(grafana.PODS, PODS, 16686), prometheus.allow_scraping(PODS, 8888))
    entering = (PODS, CLEANER_PODS) if kept else ()
    return (
        *asked,
        *(each for pods in entering for each in allow_egress(pods)),
        *(network_flow(pods, eck_operator.ELASTICSEARCH_PODS, 9200) for pods in entering),
    )
