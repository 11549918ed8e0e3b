"""A nightly export of Grafana's dashboards to the bucket ``backups``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName
from oneup.addonkit.backup import ScriptCronJob
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.object_store import write_only_statements
from oneup.addonkit.pods import ContainerRequests, pod_requests
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import grafana
from oneup.foundation.iam import Identity
from oneup.workspace.namespace import MONITORING

NAME: Final = AddonName("grafana-export")

PODS: Final = PodSelector(NAME, MONITORING, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(20, 192)

PREFIX: Final = "grafana"
"""Its prefix in the bucket."""

_GRAFANA: Final = f"{kube_prometheus_stack.NAME}-grafana"
"""Grafana's Service, and the Secret of its admin."""


def addon(context: AddonContext) -> Addon:
    """A job in ``monitoring``; the platform's own dashboards are provisioned from files."""
    settings = context.aws
    job = ScriptCronJob(
        name=NAME,
        namespace=MONITORING.name,
        schedule=settings.addons.grafana_export.schedule,
        size=SIZE,
        environment={
            "GRAFANA": f"http://{_GRAFANA}.{MONITORING.name}.svc",
            "BUCKET": settings.bucket("backups"),
            "AWS_REGION": settings.aws.region,
        },
        secrets={
            "GRAFANA_USER": (_GRAFANA, "admin-user"),
            "GRAFANA_PASSWORD": (_GRAFANA, "admin-password"),
        },
        timeout_minutes=30,
    )
    return Addon(
        name=NAME,
        namespace=MONITORING,
        requires=(kube_prometheus_stack.NAME,),
        has_services=False,
        identity=Identity(
            service_account=NAME, statements=write_only_statements(settings, "backups", PREFIX)
        ),
        post_install_manifests=job.manifests(),
        alerts=(
            job.alert(
                "GrafanaExportTooOld",
                "Grafana's dashboards have not been exported for 36 hours",
                "grafana-export-too-old",
            ),
        ),
        pod_selectors=(PODS,),
        network_flows=(*allow_egress(PODS, Peer.AWS), network_flow(PODS, grafana.PODS, 3000)),
        requests=pod_requests((SIZE, 1)),
    )
