"""Trivy: scans running images for vulnerabilities, and workloads for misconfigurations."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings
from oneup.values import Values
from oneup.workspace.namespace import SECURITY
from oneup.workspace.priority import BATCH, STANDARD

NAME: Final = AddonName("trivy-operator")

PODS: Final = PodSelector(NAME, SECURITY, {"app.kubernetes.io/name": NAME})
SERVER_PODS: Final = PodSelector("trivy-server", SECURITY, {"app.kubernetes.io/name": "trivy-server"})
SCAN_PODS: Final = PodSelector("trivy-scans", SECURITY, {"app.kubernetes.io/managed-by": NAME})


OPERATOR: Final = ContainerRequests(100, 512)
SERVER: Final = ContainerRequests(200, 512)
"""The server with the vulnerability database of all scans."""

SCAN: Final = ContainerRequests(100, 100)

_SEVERITIES: Final = ("MEDIUM", "HIGH", "CRITICAL")

_BY_IMAGE: Final = "sum by (namespace, image_repository, image_tag)"
_RUNS: Final = "{{ $labels.namespace }} runs {{ $labels.image_repository }}:{{ $labels.image_tag }}"

ALERTS: Final = (
    Alert(
        name="TrivyOperatorDown",
        expr=deployment_down(SECURITY.name, NAME),
        minutes=30,
        summary="The Trivy operator is down: new images are not scanned",
        runbook="trivy-operator-down",
    ),
    Alert(
        name="ImageCriticallyVulnerable",
        expr=f'{_BY_IMAGE} (trivy_image_vulnerabilities{{severity="Critical"}}) > 0',
        minutes=60,
        summary=_RUNS + " with {{ $value }} critical vulnerabilities",
        runbook="image-critically-vulnerable",
    ),
    Alert(
        name="SecretInImage",
        expr=f"{_BY_IMAGE} (trivy_image_exposedsecrets) > 0",
        minutes=5,
        severity="critical",
        summary=_RUNS + ", which contains a secret",
        runbook="secret-in-image",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``security``. One operator: its chart uses Recreate, and reports persist."""
    settings = context.settings
    knobs = settings.addons.trivy_operator
    severities = _SEVERITIES[_SEVERITIES.index(knobs.severity) :]
    return Addon(
        name=NAME,
        namespace=SECURITY,
        chart=Chart(
            "https://aquasecurity.github.io/helm-charts",
            "trivy-operator",
            "0.34.0",
            leaves=("aquasecurity.github.io",),
        ),
        values={
            "operator": {
                "scanJobsConcurrentLimit": knobs.scans_at_once,
                "scannerReportTTL": f"{knobs.rescan_hours}h",
                "builtInTrivyServer": True,
                # The role pulls images; pull secrets of other namespaces are not read.
                "accessGlobalSecretsAndServiceAccount": False,
            },
            "resources": OPERATOR.resources,
            "securityContext": RESTRICTED_CONTEXT,
            "priorityClassName": STANDARD.name,
            "serviceMonitor": {"enabled": context.has_monitoring},
            "trivyOperator": {
                "useGCRServiceAccount": False,
                "scanJobPodTemplateContainerSecurityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
                "scanJobPodPriorityClassName": BATCH.name,
            },
            "trivy": _trivy(",".join(severities)),
            **_account(settings),
        },
        uses=(Capability.MONITORS,),
        identity=_identity(settings) if isinstance(settings, AwsSettings) else None,
        alerts=ALERTS,
        pod_selectors=(PODS, SERVER_PODS, SCAN_PODS),
        network_flows=_flows(),
        requests=pod_requests((OPERATOR, 1), (SERVER, 1), (SCAN, knobs.scans_at_once)),
    )


def _trivy(severities: str) -> Values:
    """One server for all scans; it downloads its database after a restart, so it needs no volume."""
    return {
        "severity": severities,
        "ignoreUnfixed": True,
        "storageClassEnabled": False,
        "priorityClassName": STANDARD.name,
        "resources": SCAN.resources,
        "server": {"resources": SERVER.resources, "securityContext": RESTRICTED_CONTEXT},
    }


def _account(settings: object) -> Values:
    """On AWS the stack creates the service account, with the role."""
    return {"serviceAccount": {"create": False, "name": NAME}} if isinstance(settings, AwsSettings) else {}


def _identity(settings: AwsSettings) -> Identity:
    """May read images of this account's registry, as scans fetch them."""
    return Identity(
        service_account=NAME,
        statements=(
            Statement(
                sid="Token",
                actions=("ecr:GetAuthorizationToken",),
                resources=("*",),
                wildcard_reason="ECR authorization tokens apply to the whole registry",
            ),
            Statement(
                sid="ReadImages",
                actions=(
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ),
                resources=(settings.aws.arn("ecr", "repository/*"),),
            ),
        ),
    )


def _flows() -> tuple[NetworkFlow, ...]:
    """Scans pull images and query the server, which downloads its database."""
    return (
        *allow_egress(PODS, Peer.INTERNET),
        *allow_egress(PODS, Peer.API_SERVER),
        network_flow(PODS, SERVER_PODS, 4954),
        *allow_egress(SERVER_PODS, Peer.INTERNET),
        *allow_egress(SCAN_PODS, Peer.INTERNET, Peer.AWS),
        *allow_egress(SCAN_PODS, Peer.API_SERVER),
        network_flow(SCAN_PODS, SERVER_PODS, 4954),
        prometheus.allow_scraping(PODS, 8080),
    )
