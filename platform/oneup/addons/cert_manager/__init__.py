"""cert-manager: issues and renews certificates from Let's Encrypt and the cluster's own CA."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Flow, Place, Pods, Port, called, flow, reaches
from oneup.addonkit.iam import public_zone_arns
from oneup.addonkit.pods import CONTAINER, Size, footprint, spread
from oneup.addons import ingress_nginx, kong
from oneup.addons.cert_manager.issuers import issuers
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Values
from oneup.workspace.namespace import CERT_MANAGER, Namespace
from oneup.workspace.prepare import workloads
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("cert-manager")

PODS: Final = {
    part: Pods(f"{NAME}-{part}", CERT_MANAGER, {"app.kubernetes.io/component": part})
    for part in ("controller", "webhook", "cainjector", "startupapicheck")
}

CONTROLLER: Final = Size(50, 192)
WEBHOOK: Final = Size(25, 64)
INJECTOR: Final = Size(25, 256)
"""It caches every Secret and webhook configuration of the cluster in memory."""

CHECK: Final = Size(10, 32)
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


def addon(context: Context) -> Addon:
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
            "prometheus": {"servicemonitor": {"enabled": context.monitored}},
        },
        provides=(Capability.CERTIFICATES,),
        # The issuers' challenges come in where applications do.
        regards=(ingress_nginx.NAME, kong.NAME),
        uses=(Capability.MONITORS,),
        identity=identity,
        after=issuers(settings),
        alerts=ALERTS,
        pods=(*PODS.values(), *solvers(settings)),
        flows=_flows(settings),
        footprint=footprint((CONTROLLER, replicas), (WEBHOOK, replicas), (INJECTOR, replicas)),
    )


def _component(name: str, size: Size, replicas: int) -> Values:
    """Values of each of the three components."""
    labels = {"app.kubernetes.io/instance": NAME, "app.kubernetes.io/component": name}
    return {
        "replicaCount": replicas,
        "resources": size.resources,
        "containerSecurityContext": CONTAINER,
        "podDisruptionBudget": {"enabled": replicas > 1},
        "topologySpreadConstraints": spread(labels),
    }


def _identity(settings: Settings) -> Identity | None:
    """Permissions for DNS01 challenges; None without a zone in Route 53."""
    zones = public_zone_arns(settings) if isinstance(settings, AwsSettings) else ()
    if not isinstance(settings, AwsSettings) or not zones:
        return None
    return Identity(service_account=NAME, statements=statements(settings))


def solvers(settings: Settings) -> tuple[Pods, ...]:
    """The HTTP01 solver pods, in the namespace of their certificate."""
    labels = {"acme.cert-manager.io/http01-solver": "true"}
    # Only the namespace's name: its labels are set elsewhere.
    homes = (Namespace(space.name) for space in workloads(settings))
    return tuple(Pods("acme-solver", home, labels) for home in homes)


def _flows(settings: Settings) -> tuple[Flow, ...]:
    """The controller's self-check of a challenge, over DNS and HTTP."""
    controller = PODS["controller"]
    askers = (Place.BALANCERS, kong.PODS, ingress_nginx.PODS)
    return (
        *reaches(controller, Place.INTERNET, Place.AWS),
        flow(controller, Place.INTERNET, Port(53, "UDP"), 53, 80),
        # If the ingress is in the cluster, its address resolves to its pods; HTTP may redirect to HTTPS.
        flow(controller, kong.PODS, 8000, 8443),
        flow(controller, ingress_nginx.PODS, 80, 443),
        *(each for pods in PODS.values() for each in reaches(pods, Place.API_SERVER)),
        called(PODS["webhook"], 10250),
        *(prometheus.scrapes(PODS[part], 9402) for part in ("controller", "webhook", "cainjector")),
        *(flow(asker, pods, 8089) for pods in solvers(settings) for asker in askers),
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
