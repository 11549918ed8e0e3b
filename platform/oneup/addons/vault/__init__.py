"""Vault: dynamic and static secrets, with an audit log."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import NetworkFlow, Peer, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons import cert_manager, external_secrets
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.addons.kube_prometheus_stack.volumes import claim_retention_policy
from oneup.addons.vault import certificates, server
from oneup.addons.vault.names import (
    CONFIGURATION_PODS,
    CONSUL_NAME,
    CONSUL_TLS,
    SNAPSHOT_PODS,
    TLS,
    VAULT_NAME,
    VAULT_PODS,
    servers,
)
from oneup.foundation.cluster_reference import Stage
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Values
from oneup.workspace.namespace import VAULT
from oneup.workspace.priority import CRITICAL

NAME: Final = VAULT_NAME

ALERTS: Final = (
    Alert(
        name="VaultDown",
        expr='absent(vault_core_active{job="vault-internal"} == 1)',
        minutes=5,
        severity="critical",
        summary="Vault has no active server: it is sealed, not initialised or down, and serves no secrets",
        runbook="vault-down",
    ),
    Alert(
        name="VaultServerMissing",
        expr='up{job="vault-internal"} == 0',
        minutes=15,
        summary="{{ $labels.pod }} is sealed or down: losing one more server stops Vault",
        runbook="vault-server-missing",
    ),
    Alert(
        name="VaultAuditFailing",
        expr="increase(vault_audit_log_request_failure[10m]) > 0",
        minutes=1,
        severity="critical",
        summary="{{ $labels.pod }} cannot write an audit log: it rejects requests when no audit log works",
        runbook="vault-audit-failing",
    ),
    Alert(
        name="VaultRaftUnhealthy",
        expr='vault_autopilot_healthy{job="vault-internal"} == 0',
        minutes=15,
        summary="A Vault server lags behind the leader's Raft log",
        runbook="vault-raft-unhealthy",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``vault``: one active server and two standbys."""
    settings = context.settings
    knobs = settings.addons.vault
    count = servers(settings)
    identity = _identity(settings)
    return Addon(
        name=NAME,
        namespace=VAULT,
        chart=Chart("https://helm.releases.hashicorp.com", "vault", "0.34.1"),
        values={
            "global": {"tlsDisable": False},
            "injector": {"enabled": False},
            "server": {
                **_pods(settings),
                **_volumes(settings),
                "serviceAccount": {"create": identity is None, "name": NAME},
                "standalone": {"enabled": False},
                "ha": _together(settings, count),
            },
            "serverTelemetry": {"serviceMonitor": _monitor(monitored=context.has_monitoring)},
        },
        requires=(cert_manager.NAME, *((CONSUL_NAME,) if knobs.storage == "consul" else ())),
        uses=(Capability.MONITORS,),
        identity=identity,
        timeout_seconds=900,
        prerequisite_manifests=_certificates(),
        alerts=ALERTS,
        requests=pod_requests(
            (ContainerRequests(knobs.cpu, knobs.memory) + server.MAINTENANCE_SIDECAR, count)
        ),
        pod_selectors=(VAULT_PODS,),
        network_flows=_flows(settings),
        owns_external_resources=True,
        stage=Stage.VOLUMES,
    )


def _identity(settings: Settings) -> Identity | None:
    """Permission to unseal with the stack's KMS key; None with manual unsealing."""
    if not isinstance(settings, AwsSettings):
        return None
    unseal = Statement(
        sid="Unseal",
        actions=("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"),
        resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
    )
    return Identity(service_account=NAME, statements=(unseal,))


def _certificates() -> tuple[Manifest, ...]:
    home = VAULT.name
    names = [
        f"{service}.{home}.svc{suffix}"
        for service in ("vault", "vault-active", "vault-standby", "*.vault-internal")
        for suffix in ("", ".cluster.local")
    ]
    # The servers use these short names for each other.
    names.append("*.vault-internal")
    return (*certificates.authority("vault-ca", VAULT), certificates.server(TLS, VAULT, "vault-ca", names))


def _pods(settings: Settings) -> Values:
    knobs = settings.addons.vault
    image, _, tag = server.IMAGE.rpartition(":")
    by_itself = isinstance(settings, AwsSettings)
    stored = knobs.storage == "consul"
    return {
        "image": {"repository": image, "tag": tag},
        "resources": ContainerRequests(knobs.cpu, knobs.memory).resources,
        "priorityClassName": CRITICAL.name,
        "topologySpreadConstraints": topology_spread(VAULT_PODS.labels),
        # With manual unsealing, people also control when the next server restarts.
        "updateStrategyType": "RollingUpdate" if by_itself else "OnDelete",
        "readinessProbe": server.readiness_probe(settings),
        "livenessProbe": server.LIVENESS_PROBE,
        "extraEnvironmentVars": server.environment(settings),
        "extraVolumes": [
            {"type": "secret", "name": name} for name in (TLS, *((CONSUL_TLS,) if stored else ()))
        ],
        # The configuration is rendered here; the rest of the file system is read-only.
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        "volumeMounts": [{"name": "tmp", "mountPath": "/tmp"}],
        "statefulSet": {"securityContext": {"container": RESTRICTED_CONTEXT}},
        "shareProcessNamespace": True,
        "extraContainers": [server.maintenance_sidecar(knobs.audit_volume * 1024 * 2 // 5)],
    }


def _volumes(settings: Settings) -> Values:
    """One volume for integrated storage, and one for the audit log."""
    knobs = settings.addons.vault
    return {
        "dataStorage": {"enabled": knobs.storage == "raft", "size": f"{knobs.volume}Gi"},
        "auditStorage": {"enabled": True, "size": f"{knobs.audit_volume}Gi"},
        "persistentVolumeClaimRetentionPolicy": claim_retention_policy(settings),
    }


def _together(settings: Settings, count: int) -> Values:
    said = server.configuration(settings)
    raft = settings.addons.vault.storage == "raft"
    kept: Values = (
        {"raft": {"enabled": True, "setNodeId": True, "config": said}} if raft else {"config": said}
    )
    return {
        "enabled": True,
        "replicas": count,
        # By name, because the certificate has names, and an IPv6 address contains colons.
        "apiAddr": f"https://$(VAULT_K8S_POD_NAME).vault-internal.{VAULT.name}.svc:8200",
        "disruptionBudget": {"enabled": count > 1, **({"maxUnavailable": 1} if count > 1 else {})},
        **kept,
    }


def _monitor(*, monitored: bool) -> Values:
    """All servers, not only the active one."""
    authority: Values = {"secret": {"name": TLS, "key": "ca.crt"}}
    return {
        "enabled": monitored,
        "matchLabels": {"vault-internal": "true"},
        "tlsConfig": {"ca": authority, "serverName": f"vault.{VAULT.name}.svc"},
    }


def _flows(settings: Settings) -> tuple[NetworkFlow, ...]:
    """Clients at 8200; the servers among themselves also at 8201; PostgreSQL for dynamic users."""
    databases = settings.addons.vault_configuration.databases
    places = (Peer.API_SERVER, *((Peer.AWS,) if isinstance(settings, AwsSettings) else ()))
    users = (CONFIGURATION_PODS, SNAPSHOT_PODS, external_secrets.PODS, Peer.APPLICATIONS)
    return (
        *allow_egress(VAULT_PODS, *places),
        network_flow(VAULT_PODS, VAULT_PODS, 8200, 8201),
        *(network_flow(user, VAULT_PODS, 8200) for user in users),
        prometheus.allow_scraping(VAULT_PODS, 8200),
        *(
            network_flow(VAULT_PODS, Peer.APPLICATIONS, port)
            for port in sorted({each.port for each in databases})
        ),
    )
