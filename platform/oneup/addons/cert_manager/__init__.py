"""cert-manager: issues and renews certificates from Let's Encrypt and the cluster's own CA."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import (
    NetworkFlow,
    Peer,
    PodSelector,
    Port,
    allow_egress,
    allow_webhook,
    network_flow,
)
from oneup.addonkit.iam import public_zone_arns
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons import ingress_nginx, kong
from oneup.addons.cert_manager.issuers import issuers
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Values
from oneup.workspace.namespace import CERT_MANAGER, Namespace
from oneup.workspace.prepare import application_namespaces
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("cert-manager")

PODS: Final = {
    part: PodSelector(f"{NAME}-{part}", CERT_MANAGER, {"app.kubernetes.io/component": part})
    for part in ("controller", "webhook", "cainjector", "startupapicheck")
}

CONTROLLER: Final = ContainerRequests(50, 192)
WEBHOOK: Final = ContainerRequests(25, 64)
INJECTOR: Final = ContainerRequests(25, 256)
"""It caches every Secret and webhook configuration of the cluster in memory."""

CHECK: Final = ContainerRequests(10, 32)
"""The post-install job that waits for the webhook."""

ALERTS: Final = (
    Alert(
        name="CertManagerDown",
        expr='absent(up{job="cert-manager"} == 1) or '
        + deployment_down(CERT_MANAGER.name, "cert-manager-webhook|cert-manager-cainjector"),
        severity="critical",
        summary="A cert-manager component is down: certificates are not renewed",
        runbook="cert-manager-down",
    ),
    Alert(
        name="CertificateExpiresSoon",
        expr="certmanager_certificate_expiration_timestamp_seconds - time() < 7 * 24 * 3600",
        minutes=60,
        severity="critical",
        summary="The certificate {{ $labels.exported_namespace }}/{{ $labels.name }} expires within 7 days",
        runbook="certificate-expires-soon",
    ),
    Alert(
        name="CertificateNotReady",
        expr='certmanager_certificate_ready_status{condition="False"} == 1',
        minutes=30,
        summary="The certificate {{ $labels.exported_namespace }}/{{ $labels.name }} cannot be issued",
        runbook="certificate-not-ready",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``cert-manager`` and its ClusterIssuers."""
    settings = context.settings
    replicas = settings.replicas
    identity = _identity(settings)
    return Addon(
        name=NAME,
        namespace=CERT_MANAGER,
        chart=Chart(
            "oci://quay.io/jetstack/charts",
            "cert-manager",
            "v1.21.1",
            leaves=("cert-manager.io", "acme.cert-manager.io"),
        ),
        values={
            "global": {
                "priorityClassName": CRITICAL.name,
                # The lease is in the release's namespace: no role in kube-system.
                "leaderElection": {"namespace": CERT_MANAGER.name},
            },
            "crds": {"enabled": True},
            "serviceAccount": {"create": identity is None, "name": NAME},
            **_component("controller", CONTROLLER, replicas),
            "webhook": _component("webhook", WEBHOOK, replicas),
            "cainjector": _component("cainjector", INJECTOR, replicas),
            "startupapicheck": {"resources": CHECK.resources},
            "prometheus": {"servicemonitor": {"enabled": context.has_monitoring}},
        },
        provides=(Capability.CERTIFICATES,),
        # The issuers' challenges come in where applications do.
        reads_settings_of=(ingress_nginx.NAME, kong.NAME),
        uses=(Capability.MONITORS,),
        identity=identity,
        post_install_manifests=issuers(settings),
        alerts=ALERTS,
        pod_selectors=(*PODS.values(), *solvers(settings)),
        network_flows=_flows(settings),
        requests=pod_requests((CONTROLLER, replicas), (WEBHOOK, replicas), (INJECTOR, replicas)),
    )


def _component(name: str, size: ContainerRequests, replicas: int) -> Values:
    """Values of each of the three components."""
    labels = {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": name}
    return {
        "replicaCount": replicas,
        "resources": size.resources,
        "containerSecurityContext": RESTRICTED_CONTEXT,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": topology_spread(labels),
    }


def _identity(settings: Settings) -> Identity | None:
    """Permissions for DNS01 challenges; None without a zone in Route 53."""
    zones = public_zone_arns(settings) if isinstance(settings, AwsSettings) else ()
    if not isinstance(settings, AwsSettings) or not zones:
        return None
    return Identity(service_account=NAME, statements=statements(settings))


def solvers(settings: Settings) -> tuple[PodSelector, ...]:
    """The HTTP01 solver pods, in the namespace of their certificate."""
    labels = {"acme.cert-manager.io/http01-solver": "true"}
    # Only the namespace's name: its labels are set elsewhere.
    homes = (Namespace(space.name) for space in application_namespaces(settings))
    return tuple(PodSelector("acme-solver", home, labels) for home in homes)


def _flows(settings: Settings) -> tuple[NetworkFlow, ...]:
    """The controller's self-check of a challenge, over DNS and HTTP."""
    controller = PODS["controller"]
    askers = (Peer.LOAD_BALANCERS, kong.PODS, ingress_nginx.PODS)
    return (
        *allow_egress(controller, Peer.INTERNET, Peer.AWS),
        network_flow(controller, Peer.INTERNET, Port(53, "UDP"), 53, 80),
        # If the ingress is in the cluster, its address resolves to its pods; HTTP may redirect to HTTPS.
        network_flow(controller, kong.PODS, 8000, 8443),
        network_flow(controller, ingress_nginx.PODS, 80, 443),
        *(each for pods in PODS.values() for each in allow_egress(pods, Peer.API_SERVER)),
        allow_webhook(PODS["webhook"], 10250),
        *(prometheus.allow_scraping(PODS[part], 9402) for part in ("controller", "webhook", "cainjector")),
        *(network_flow(asker, pods, 8089) for pods in solvers(settings) for asker in askers),
    )


def statements(settings: AwsSettings) -> tuple[Statement, ...]:
    """Permissions on the TXT records of challenges, in the stack's zones."""
    return (
        Statement(
            sid="Challenges",
            actions=("route53:ChangeResourceRecordSets", "route53:ListResourceRecordSets"),
            resources=public_zone_arns(settings),
            conditions={
                "ForAllValues:StringEquals": {"route53:ChangeResourceRecordSetsRecordTypes": "TXT"},
            },
        ),
        Statement(
            sid="AwaitChanges",
            actions=("route53:GetChange",),
            resources=(f"arn:{settings.aws.partition}:route53:::change/*",),
        ),
    )
