"""Consul: Vault's storage backend, if Vault does not use integrated storage."""

import json
from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, statefulset_missing_pods
from oneup.addonkit.flow import NetworkFlow, Peer, Port, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons import cert_manager
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.addons.kube_prometheus_stack.volumes import claim_retention_policy
from oneup.addons.vault import certificates
from oneup.addons.vault.names import (
    CONSUL_HOST,
    CONSUL_NAME,
    CONSUL_PODS,
    CONSUL_TLS,
    GOSSIP_PODS,
    SNAPSHOT_PODS,
    VAULT_PODS,
    servers,
)
from oneup.foundation.cluster_reference import Stage
from oneup.settings.model import Settings
from oneup.values import Values
from oneup.workspace.namespace import VAULT
from oneup.workspace.priority import CRITICAL

NAME: Final = CONSUL_NAME

CPU_MILLIS: Final = 200

_TLS: Final = "consul-tls"
_AUTHORITY: Final = "consul-ca"

ALERTS: Final = (
    Alert(
        name="ConsulServerMissing",
        expr=statefulset_missing_pods(VAULT.name, "consul-server"),
        minutes=15,
        summary="Only {{ $value }} Consul servers are ready: without a quorum, Vault cannot write",
        runbook="consul-server-missing",
    ),
)


def addon(context: AddonContext) -> Addon:
    """Only the servers, in Vault's namespace: no clients, no service mesh, no UI.

    Vault encrypts its data before storing it; the network policy limits access to the servers.
    """
    settings = context.settings
    knobs = settings.addons.consul
    count = servers(settings)
    size = ContainerRequests(CPU_MILLIS, knobs.memory)
    return Addon(
        name=NAME,
        namespace=VAULT,
        chart=Chart("https://helm.releases.hashicorp.com", "consul", "2.0.3"),
        values={
            "global": _everywhere(monitored=context.has_monitoring),
            "server": {
                "replicas": count,
                "storage": f"{knobs.volume}Gi",
                "persistentVolumeClaimRetentionPolicy": claim_retention_policy(settings),
                "connect": False,
                "serverCert": {"secretName": _TLS},
                "resources": size.resources,
                "priorityClassName": CRITICAL.name,
                "containerSecurityContext": {"server": RESTRICTED_CONTEXT},
                "topologySpreadConstraints": json.dumps(topology_spread(CONSUL_PODS.labels)),
                "disruptionBudget": {"enabled": count > 1, **({"maxUnavailable": 1} if count > 1 else {})},
                "exposeService": {"enabled": False},
            },
            "connectInject": {"enabled": False},
            "dns": {"enabled": False},
            "ui": {"enabled": False},
        },
        requires=(cert_manager.NAME,),
        uses=(Capability.MONITORS,),
        timeout_seconds=900,
        prerequisite_manifests=_certificates(settings),
        post_install_manifests=(_monitor(),) if context.has_monitoring else (),
        alerts=ALERTS,
        requests=pod_requests((size, count)),
        pod_selectors=(CONSUL_PODS, GOSSIP_PODS),
        network_flows=_flows(),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _everywhere(*, monitored: bool) -> Values:
    return {
        "name": NAME,
        "installK8sNetworkingCRDs": False,
        "gossipEncryption": {"autoGenerate": True},
        "tls": {"enabled": True, "caCert": {"secretName": _TLS, "secretKey": "ca.crt"}},
        "metrics": {"enabled": monitored, "enableAgentMetrics": monitored, "disableAgentHostName": True},
    }


def _certificates(settings: Settings) -> tuple[Manifest, ...]:
    """One certificate for the servers and one for Vault."""
    names = ["server.dc1.consul", CONSUL_HOST, f"*.{CONSUL_HOST}"]
    names += [f"consul-server-{number}.server.dc1.consul" for number in range(servers(settings))]
    return (
        *certificates.authority(_AUTHORITY, VAULT),
        certificates.server(_TLS, VAULT, _AUTHORITY, names),
        certificates.server(CONSUL_TLS, VAULT, _AUTHORITY, ["vault"]),
    )


def _monitor() -> Manifest:
    authority: Values = {"secret": {"name": _TLS, "key": "ca.crt"}}
    endpoint: Values = {
        "port": "https",
        "scheme": "https",
        "path": "/v1/agent/metrics",
        "params": {"format": ["prometheus"]},
        "tlsConfig": {"ca": authority, "serverName": CONSUL_HOST},
    }
    return Manifest(
        api_version="monitoring.coreos.com/v1",
        kind="ServiceMonitor",
        name=NAME,
        namespace=VAULT.name,
        body={"spec": {"selector": {"matchLabels": CONSUL_PODS.labels}, "endpoints": [endpoint]}},
    )


def _flows() -> tuple[NetworkFlow, ...]:
    """Clients at 8501; the servers among themselves at 8300, 8301 and 8502."""
    return (
        *allow_egress(CONSUL_PODS, Peer.API_SERVER),
        *allow_egress(GOSSIP_PODS, Peer.API_SERVER),
        network_flow(CONSUL_PODS, CONSUL_PODS, 8300, 8301, Port(8301, "UDP"), 8501, 8502),
        *(network_flow(user, CONSUL_PODS, 8501) for user in (VAULT_PODS, SNAPSHOT_PODS)),
        prometheus.allow_scraping(CONSUL_PODS, 8501),
    )
