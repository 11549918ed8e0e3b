"""Elasticsearch and Kibana, as the operator's custom resources."""

from collections.abc import Mapping
from typing import Final

from oneup.addonkit.pods import ContainerRequests, disruption_budget, topology_spread
from oneup.addons.eck_operator import users
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import LOGGING
from oneup.workspace.priority import STANDARD

# renovate: datasource=docker depName=docker.elastic.co/elasticsearch/elasticsearch
VERSION: Final = "9.4.3"

NAME: Final = "elasticsearch"

HOST: Final = f"{NAME}-es-http.{LOGGING.name}.svc"
"""HTTPS at 9200, with a certificate of the operator's CA."""

AUTHORITY: Final = f"{NAME}-es-http-certs-public"
"""The Secret with the CA of Elasticsearch (``ca.crt``)."""

KIBANA: Final = ContainerRequests(200, 1024)
KIBANA_LABELS: Final = {"kibana.k8s.elastic.co/name": "kibana"}

CPU_MILLIS: Final = 500


def nodes(settings: Settings) -> int:
    """Number of nodes: three tolerate one failure; two have no quorum."""
    return 3 if settings.replicas > 1 else 1


def size(settings: Settings) -> ContainerRequests:
    """Requests of each Elasticsearch node."""
    return ContainerRequests(CPU_MILLIS, settings.addons.eck_operator.memory)


def objects(settings: Settings) -> tuple[Manifest, ...]:
    """Elasticsearch and Kibana; the operator creates a disruption budget for Elasticsearch only."""
    spared = disruption_budget("kibana", LOGGING, KIBANA_LABELS, {"minAvailable": 1})
    return _elasticsearch(settings), _kibana(settings), *((spared,) if settings.replicas > 1 else ())


def _elasticsearch(settings: Settings) -> Manifest:
    keeps = isinstance(settings, AwsSettings) and settings.cluster.volumes == "Delete"
    users_: list[Value] = [{"secretName": name} for name in users.USERS]
    return _object(
        "elasticsearch.k8s.elastic.co/v1",
        "Elasticsearch",
        NAME,
        {
            "version": VERSION,
            "auth": {"roles": [{"secretName": users.ROLES}], "fileRealm": users_},
            "volumeClaimDeletePolicy": (
                "DeleteOnScaledownAndClusterDeletion" if keeps else "DeleteOnScaledownOnly"
            ),
            "nodeSets": [_nodes(settings)],
        },
    )


def _nodes(settings: Settings) -> Values:
    labels = {"elasticsearch.k8s.elastic.co/cluster-name": NAME}
    room: Values = {"requests": {"storage": f"{settings.addons.eck_operator.volume}Gi"}}
    claim: Values = {
        "metadata": {"name": "elasticsearch-data"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": room},
    }
    return {
        "name": "default",
        "count": nodes(settings),
        # Memory mapping requires a sysctl that only root can set.
        "config": {"node.store.allow_mmap": False},
        "podTemplate": _pod("elasticsearch", size(settings), labels),
        "volumeClaimTemplates": [claim],
    }


def _kibana(settings: Settings) -> Manifest:
    return _object(
        "kibana.k8s.elastic.co/v1",
        "Kibana",
        "kibana",
        {
            "version": VERSION,
            "count": settings.replicas,
            "elasticsearchRef": {"name": NAME},
            "config": {"telemetry.optIn": False},
            "podTemplate": _pod("kibana", KIBANA, KIBANA_LABELS),
        },
    )


def _pod(container: str, asks: ContainerRequests, labels: Mapping[str, str]) -> Values:
    containers: list[Value] = [{"name": container, "resources": asks.resources}]
    return {
        "spec": {
            "automountServiceAccountToken": False,
            "priorityClassName": STANDARD.name,
            "topologySpreadConstraints": topology_spread(labels),
            "containers": containers,
        }
    }


def _object(api_version: str, kind: str, name: str, spec: Values) -> Manifest:
    return Manifest(
        api_version=api_version, kind=kind, name=name, namespace=LOGGING.name, body={"spec": spec}
    )
