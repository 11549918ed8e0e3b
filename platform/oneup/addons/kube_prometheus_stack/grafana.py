"""Grafana: sign-in and roles, data sources and dashboards from files, contact points."""

from pathlib import Path
from typing import Final

from oneup.addonkit import ingress
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, network_flow
from oneup.addonkit.grafana import dashboard
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests
from oneup.addonkit.rbac import READ_VERBS, rbac_rule
from oneup.addons.kube_prometheus_stack import alertmanager, prometheus
from oneup.settings.addons.monitoring import Grafana, GrafanaOidc, KubePrometheusStack
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

SIZE: Final = ContainerRequests(100, 512)
SIDECAR: Final = ContainerRequests(20, 100)

PODS: Final = PodSelector("grafana", MONITORING, {"app.kubernetes.io/name": "grafana"})

RIGHTS: Final = "grafana-config-maps"
"""The chart's role would let a public pod read every Secret in the cluster."""

SERVICE: Final = "kube-prometheus-stack-grafana"

_DASHBOARDS: Final = Path(__file__).parent / "dashboards"
_SECRET_VARIABLE: Final = "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET"


def values(settings: Settings, knobs: KubePrometheusStack, *, traced: bool) -> Values:
    """The chart's values for Grafana.

    One pod even with high availability: its database is a file that only one process can open.
    ``traced``: whether the stack stores traces.
    """
    shown = knobs.grafana
    named: Values = {"storageClassName": knobs.storage_class} if knobs.storage_class else {}
    return {
        # Recreate: the old pod must release the volume first.
        "deploymentStrategy": {"type": "Recreate"},
        "persistence": {"enabled": True, "size": f"{shown.volume}Gi", **named},
        # The volume's group is set by the kubelet; nothing needs to run as root for it.
        "initChownData": {"enabled": False},
        "testFramework": {"enabled": False},
        "containerSecurityContext": {**RESTRICTED_CONTEXT, "privileged": False},
        "extraEmptyDirMounts": [{"name": "tmp", "mountPath": "/tmp"}],
        "resources": SIZE.resources,
        "rbac": {"useExistingClusterRole": RIGHTS},
        "priorityClassName": STANDARD.name,
        "sidecar": _sidecar(traced=traced),
        "grafana.ini": _ini(settings, shown),
        **_secret(shown.oidc),
        "alerting": _contact_points(),
        "ingress": _ingress(settings, shown),
        **({"plugins": list(shown.plugins)} if shown.plugins else {}),
    }


def flows(settings: Settings, knobs: Grafana) -> tuple[NetworkFlow, ...]:
    """Egress to Prometheus and Alertmanager (other stores declare their own flows); ingress from the load balancer."""
    outside = (Peer.INTERNET,) if knobs.oidc or knobs.plugins else ()
    return (
        *allow_egress(PODS, *outside),
        *allow_egress(PODS, Peer.API_SERVER),
        network_flow(PODS, prometheus.PODS, 9090),
        network_flow(PODS, alertmanager.PODS, 9093),
        *((network_flow(Peer.LOAD_BALANCERS, PODS, 3000),) if ingress.uses_load_balancer(settings) else ()),
        prometheus.allow_scraping(PODS, 3000),
    )


def rights() -> Manifest:
    """Its sidecars may read config maps in all namespaces."""
    return Manifest(
        api_version="rbac.authorization.k8s.io/v1",
        kind="ClusterRole",
        name=RIGHTS,
        namespace=None,
        body={"rules": [rbac_rule("", "configmaps", READ_VERBS)]},
    )


def dashboards() -> tuple[Manifest, ...]:
    """The platform's own dashboards, each a file."""
    return tuple(
        dashboard(path.stem, MONITORING.name, path.read_text("utf-8"))
        for path in sorted(_DASHBOARDS.glob("*.json"))
    )


def role_path(knobs: Grafana) -> str:
    """The JMESPath that maps the OIDC provider's groups to a Grafana role."""
    choices = [
        (groups, role) for groups, role in ((knobs.admin_groups, "Admin"), (knobs.editor_groups, "Editor"))
    ]
    parts = [f"contains(groups[*], '{group}') && '{role}'" for groups, role in choices for group in groups]
    return " || ".join([*parts, "'Viewer'"])


def _ini(settings: Settings, knobs: Grafana) -> Values:
    host = ingress.host(settings, "grafana")
    at: Values = {"domain": host, "root_url": f"https://{host}"} if host else {}
    sign_in: Values = _sign_in(knobs, knobs.oidc) if knobs.oidc else {}
    return {
        "server": {**at, "enable_gzip": True},
        "analytics": {
            "check_for_updates": False,
            "check_for_plugin_updates": False,
            "reporting_enabled": False,
        },
        # Only the plugins of the image and those pinned in the settings.
        "plugins": {"preinstall_auto_update": False},
        "security": {"cookie_secure": host is not None, "cookie_samesite": "lax"},
        "users": {"allow_sign_up": False, "auto_assign_org_role": "Viewer"},
        **sign_in,
    }


def _sign_in(knobs: Grafana, oidc: GrafanaOidc) -> Values:
    return {
        "auth": {"disable_login_form": True, "oauth_allow_insecure_email_lookup": False},
        "auth.generic_oauth": {
            "enabled": True,
            "name": oidc.name,
            "client_id": oidc.client_id,
            "scopes": "openid profile email groups",
            "auth_url": oidc.authorize_url,
            "token_url": oidc.token_url,
            "api_url": oidc.userinfo_url,
            "allow_sign_up": True,
            "use_pkce": True,
            "use_refresh_token": True,
            "role_attribute_path": role_path(knobs),
        },
    }


def _secret(oidc: GrafanaOidc | None) -> Values:
    """The OIDC client secret; Grafana starts without it, but nobody can sign in."""
    if oidc is None:
        return {}
    source: Values = {"name": oidc.secret, "key": oidc.KEY, "optional": True}
    return {"envValueFrom": {_SECRET_VARIABLE: {"secretKeyRef": source}}}


def _sidecar(*, traced: bool) -> Values:
    """Dashboards and data sources from config maps in all namespaces."""
    # Exemplars link a metric to a trace.
    link: Values = {"datasourceUid": "tempo", "traceIdLabelName": "trace_id"}
    return {
        "resources": SIDECAR.resources,
        "securityContext": RESTRICTED_CONTEXT,
        "dashboards": {
            "resource": "configmap",
            "searchNamespace": "ALL",
            "folderAnnotation": "grafana_folder",
            # Without it Grafana shows every dashboard in the folder General, whatever the annotation says.
            "provider": {"foldersFromFilesStructure": True},
        },
        "datasources": {
            "resource": "configmap",
            "searchNamespace": "ALL",
            **({"exemplarTraceIdDestinations": link} if traced else {}),
        },
    }


def _contact_points() -> Values:
    """Grafana's alerts also go through Alertmanager."""
    point: Values = {
        "uid": "alertmanager",
        "type": "prometheus-alertmanager",
        "settings": {"url": "http://kube-prometheus-stack-alertmanager.monitoring:9093"},
    }
    contact: Values = {"orgId": 1, "name": "alertmanager", "receivers": [point]}
    policy: Values = {"orgId": 1, "receiver": "alertmanager", "group_by": ["grafana_folder", "alertname"]}
    return {
        "contactpoints.yaml": {"apiVersion": 1, "contactPoints": [contact]},
        "policies.yaml": {"apiVersion": 1, "policies": [policy]},
    }


def _ingress(settings: Settings, knobs: Grafana) -> Values:
    """Through the load balancer on AWS; elsewhere by port-forward."""
    if not ingress.uses_load_balancer(settings):
        return {"enabled": False}
    hosts: list[Value] = [ingress.host(settings, "grafana")]
    return {
        "enabled": True,
        "ingressClassName": "alb",
        "hosts": hosts,
        "annotations": {
            **ingress.annotations(settings),
            **ingress.allow_only_sources(SERVICE, knobs.allowed_cidrs),
            "alb.ingress.kubernetes.io/healthcheck-path": "/api/health",
        },
    }
