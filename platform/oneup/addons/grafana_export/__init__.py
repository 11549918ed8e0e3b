"""A nightly export of Grafana's dashboards to the bucket ``backups``."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Context
from oneup.addonkit.backup import Nightly
from oneup.addonkit.flow import Place, Pods, flow, reaches
from oneup.addonkit.object_store import adding
from oneup.addonkit.pods import Size, footprint
from oneup.addons import kube_prometheus_stack
from oneup.addons.kube_prometheus_stack import grafana
from oneup.foundation.iam import Identity
from oneup.workspace.namespace import MONITORING

NAME: Final = AddonName("grafana-export")

PODS: Final = Pods(NAME, MONITORING, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(20, 192)

PREFIX: Final = "grafana"
"""Its prefix in the bucket."""

_GRAFANA: Final = f"{kube_prometheus_stack.NAME}-grafana"
"""Grafana's Service, and the Secret of its admin."""


def addon(context: Context) -> Addon:
    """A job in ``monitoring``; the platform's own dashboards are provisioned from files."""
    settings = context.aws
    job = Nightly(
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
        minutes=30,
    )
    return Addon(
        name=NAME,
        namespace=MONITORING,
        requires=(kube_prometheus_stack.NAME,),
        services=False,
        identity=Identity(service_account=NAME, statements=adding(settings, "backups", PREFIX)),
        after=job.manifests(),
        alerts=(
            job.alert(
                "GrafanaExportTooOld",
                "Grafana's dashboards have not been exported for 36 hours",
                "grafana-export-too-old",
            ),
        ),
        pods=(PODS,),
        flows=(*reaches(PODS, Place.AWS), flow(PODS, grafana.PODS, 3000)),
        footprint=footprint((SIZE, 1)),
    )
