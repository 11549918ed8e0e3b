"""blackbox-exporter: probes the platform's UIs over HTTPS and checks their certificates."""

from typing import Final
from urllib.parse import urlsplit

from oneup.addonkit import ingress
from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests, topology_spread
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.settings.model import Settings
from oneup.values import Value
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("blackbox-exporter")

PODS: Final = PodSelector(NAME, MONITORING, {"app.kubernetes.io/instance": NAME})

SIZE: Final = ContainerRequests(20, 64)

SERVICE: Final = f"{NAME}-prometheus-blackbox-exporter"

ALERTS: Final = (
    Alert(
        name="BlackboxExporterDown",
        expr=deployment_down(MONITORING.name, SERVICE),
        summary="blackbox-exporter is not ready: the platform's UIs are not probed",
        runbook="blackbox-exporter-down",
    ),
    Alert(
        name="PageUnreachable",
        expr="probe_success == 0",
        minutes=5,
        severity="critical",
        summary="{{ $labels.instance }} does not respond",
        runbook="page-unreachable",
    ),
    Alert(
        name="PageCertificateExpiresSoon",
        expr="probe_ssl_earliest_cert_expiry - time() < 14 * 86400",
        minutes=60,
        summary="The certificate of {{ $labels.instance }} expires in {{ $value | humanizeDuration }}",
        runbook="page-certificate-expires-soon",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``monitoring``; two replicas with high availability."""
    settings = context.settings
    replicas = settings.replicas
    return Addon(
        name=NAME,
        namespace=MONITORING,
        chart=Chart(
            "https://prometheus-community.github.io/helm-charts", "prometheus-blackbox-exporter", "11.17.2"
        ),
        values={
            "replicas": replicas,
            **({"podDisruptionBudget": {"maxUnavailable": 1}} if replicas > 1 else {}),
            "resources": SIZE.resources,
            "securityContext": RESTRICTED_CONTEXT,
            "priorityClassName": STANDARD.name,
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/instance": NAME}),
        },
        soft_dependencies=(kube_prometheus_stack.NAME,),
        uses=(Capability.MONITORS,),
        post_install_manifests=_probes(settings),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(
            *allow_egress(PODS),
            *(
                network_flow(PODS, place, *_ports(settings))
                for place in (Peer.INTERNET, Peer.INTERNAL_LOAD_BALANCERS)
            ),
            prometheus.allow_scraping(PODS, 9115),
        ),
        requests=pod_requests((SIZE, replicas)),
    )


def _pages(settings: Settings) -> tuple[str, ...]:
    """The URLs to probe: Grafana's if it is public, and those in the settings."""
    grafana = (
        (f"https://{ingress.host(settings, 'grafana')}/api/health",)
        if ingress.uses_load_balancer(settings)
        else ()
    )
    return (*grafana, *settings.addons.blackbox_exporter.targets)


def _ports(settings: Settings) -> tuple[int, ...]:
    """Egress to the probed hosts; HTTPS always, for URLs that are added later."""
    return tuple(sorted({443, *(urlsplit(page).port or 443 for page in _pages(settings))}))


def _probes(settings: Settings) -> tuple[Manifest, ...]:
    """One Probe for all URLs."""
    pages: list[Value] = list(_pages(settings))
    if not pages:
        return ()
    spec: Value = {
        "prober": {"url": f"{SERVICE}.{MONITORING.name}:9115"},
        "module": "http_2xx",
        "interval": "30s",
        "targets": {"staticConfig": {"static": pages}},
    }
    return (
        Manifest(
            api_version="monitoring.coreos.com/v1",
            kind="Probe",
            name="pages",
            namespace=MONITORING.name,
            body={"spec": spec},
        ),
    )
