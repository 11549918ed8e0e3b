"""External Secrets: syncs generated secrets and those in AWS to Secrets of the cluster."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.iam import read_statements
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Values
from oneup.workspace.namespace import SECRETS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("external-secrets")

PODS: Final = PodSelector(NAME, SECRETS, {"app.kubernetes.io/name": NAME})
WEBHOOK_PODS: Final = PodSelector(f"{NAME}-webhook", SECRETS, {"app.kubernetes.io/name": f"{NAME}-webhook"})
CERTIFICATE_PODS: Final = PodSelector(
    f"{NAME}-certificates", SECRETS, {"app.kubernetes.io/name": f"{NAME}-cert-controller"}
)

CONTROLLER: Final = ContainerRequests(50, 192)
WEBHOOK: Final = ContainerRequests(25, 96)
CERTIFICATES: Final = ContainerRequests(25, 128)

STORES: Final = {"secrets-manager": "SecretsManager", "parameter-store": "ParameterStore"}
"""The ClusterSecretStores by name, and the AWS service of each."""

ALERTS: Final = (
    Alert(
        name="ExternalSecretsDown",
        expr='absent(up{job="external-secrets-metrics"} == 1) or '
        + deployment_down(SECRETS.name, "external-secrets-webhook|external-secrets-cert-controller"),
        severity="critical",
        summary="An External Secrets component is down: changed secrets are not synchronised",
        runbook="external-secrets-down",
    ),
    Alert(
        name="SecretSyncFailed",
        expr='externalsecret_status_condition{condition="Ready", status="False"} == 1',
        minutes=15,
        summary="The ExternalSecret {{ $labels.exported_namespace }}/{{ $labels.name }} is not synchronised",
        runbook="secret-sync-failed",
    ),
    Alert(
        name="SecretStoreUnavailable",
        expr='clustersecretstore_status_condition{condition="Ready", status="False"} == 1',
        severity="critical",
        summary="The ClusterSecretStore {{ $labels.name }} is not ready",
        runbook="secret-store-unavailable",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``secrets-management``; on AWS one store each for Secrets Manager and Parameter Store.

    Elsewhere it generates secrets, and reads the stores that users declare.
    """
    settings = context.settings
    replicas = settings.replicas
    identity = _identity(settings)
    return Addon(
        name=NAME,
        namespace=SECRETS,
        chart=Chart("https://charts.external-secrets.io", "external-secrets", "2.9.0"),
        values={
            **_component(CONTROLLER, replicas, "external-secrets"),
            "leaderElect": replicas > 1,
            "serviceAccount": {"create": identity is None, "name": NAME},
            "webhook": _component(WEBHOOK, replicas, "external-secrets-webhook"),
            "certController": _component(CERTIFICATES, replicas, "external-secrets-cert-controller"),
            # The CRDs exist by then; Helm need not look them up.
            "serviceMonitor": {"enabled": context.has_monitoring, "renderMode": "alwaysRender"},
        },
        provides=(Capability.SECRETS,),
        uses=(Capability.MONITORS,),
        identity=identity,
        post_install_manifests=_stores(settings),
        alerts=ALERTS,
        pod_selectors=(PODS, WEBHOOK_PODS, CERTIFICATE_PODS),
        network_flows=_flows(),
        requests=pod_requests((CONTROLLER, replicas), (WEBHOOK, replicas), (CERTIFICATES, replicas)),
    )


def _component(size: ContainerRequests, replicas: int, label: str) -> Values:
    """Values of each of the three components; the chart's security contexts already meet ``restricted``."""
    return {
        "replicaCount": replicas,
        "resources": size.resources,
        "priorityClassName": CRITICAL.name,
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": label}),
    }


def _identity(settings: Settings) -> Identity | None:
    """Permissions to read the stack's secrets; None outside AWS."""
    if not isinstance(settings, AwsSettings):
        return None
    return Identity(service_account=NAME, statements=read_statements(settings.aws, settings.secrets_prefix))


def _stores(settings: Settings) -> tuple[Manifest, ...]:
    """Stores that use the controller's own identity: no credentials in the cluster."""
    if not isinstance(settings, AwsSettings):
        return ()
    region = settings.aws.region
    return tuple(
        Manifest(
            api_version="external-secrets.io/v1",
            kind="ClusterSecretStore",
            name=name,
            body={"spec": {"provider": {"aws": {"service": service, "region": region}}}},
        )
        for name, service in STORES.items()
    )


def _flows() -> tuple[NetworkFlow, ...]:
    """Only the controller reads secrets; the other two serve its webhook."""
    parts = (PODS, WEBHOOK_PODS, CERTIFICATE_PODS)
    return (
        *allow_egress(PODS, Peer.API_SERVER, Peer.AWS),
        *allow_egress(WEBHOOK_PODS, Peer.API_SERVER),
        *allow_egress(CERTIFICATE_PODS, Peer.API_SERVER),
        allow_webhook(WEBHOOK_PODS, 10250),
        *(prometheus.allow_scraping(pods, 8080) for pods in parts),
    )
