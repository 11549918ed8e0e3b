"""external-dns: the hosts of Ingresses and Services as records in Route 53."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.iam import zone_arns, zone_ids
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests, pod_requests
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.foundation.iam import Identity, Statement
from oneup.settings.model import AwsSettings
from oneup.workspace.namespace import EXTERNAL_DNS
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("external-dns")

PODS: Final = PodSelector(NAME, EXTERNAL_DNS, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(25, 128)

ALERTS: Final = (
    Alert(
        name="ExternalDnsDown",
        expr='absent(up{job="external-dns"} == 1)',
        summary="external-dns is down: DNS records are neither created nor removed",
        runbook="external-dns-down",
    ),
    Alert(
        name="ExternalDnsStale",
        expr="time() - max(external_dns_controller_last_sync_timestamp_seconds) > 900",
        summary="external-dns has not synchronised Route 53 for 15 minutes",
        runbook="external-dns-stale",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``external-dns``; one replica, because two would overwrite each other."""
    settings = context.aws
    return Addon(
        name=NAME,
        namespace=EXTERNAL_DNS,
        chart=Chart(
            "https://kubernetes-sigs.github.io/external-dns/",
            "external-dns",
            "1.21.1",
            leaves=("externaldns.k8s.io",),
        ),
        values={
            "provider": {"name": "aws"},
            "env": [{"name": "AWS_DEFAULT_REGION", "value": settings.aws.region}],
            "sources": ["service", "ingress"],
            "domainFilters": list(zone_ids(settings)),
            "extraArgs": list(zone_ids(settings, "--zone-id-filter={}").values()),
            "policy": settings.addons.external_dns.policy,
            "registry": "txt",
            # A TXT record per DNS record identifies this cluster as its owner; other records are never changed.
            "txtOwnerId": context.cluster_name,
            # Otherwise the record of an Ingress that is deleted last would outlive the controller.
            "triggerLoopOnEvent": True,
            "serviceAccount": {"create": False, "name": NAME},
            "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 65532, "runAsGroup": 65532},
            "priorityClassName": CRITICAL.name,
            "resources": SIZE.resources,
            "serviceMonitor": {"enabled": context.has_monitoring},
        },
        provides=(Capability.DNS_RECORDS,),
        uses=(Capability.MONITORS,),
        identity=Identity(service_account=NAME, statements=statements(settings)),
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.API_SERVER, Peer.AWS), prometheus.allow_scraping(PODS, 7979)),
        requests=pod_requests((SIZE, 1)),
        owns_external_resources=True,
    )


def statements(settings: AwsSettings) -> tuple[Statement, ...]:
    """Records of the stack's own zones."""
    return (
        Statement(
            sid="Records",
            actions=(
                "route53:ChangeResourceRecordSets",
                "route53:ListResourceRecordSets",
                "route53:ListTagsForResources",
            ),
            resources=zone_arns(settings),
        ),
        Statement(
            sid="FindZones",
            actions=("route53:ListHostedZones",),
            resources=("*",),
            wildcard_reason="AWS has no resource-level permissions for listing zones",
        ),
    )
