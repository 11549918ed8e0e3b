"""Application groups: allowed repositories, destinations and kinds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneup.settings.gitops import Gitops, SyncWindow
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import ARGO_CD, LOGGING, MONITORING, SHARED_APPLICATIONS

GroupKind = tuple[str, str]
"""An API group and a kind."""

ROOT_PROJECT = "delivery"
"""The project of the root and the groups."""

IN_CLUSTER = "https://kubernetes.default.svc"


@dataclass(frozen=True, kw_only=True)
class ApplicationGroup:
    """An application group: what it may deploy. No group may create cluster-wide objects."""

    name: str
    description: str
    namespaces: tuple[str, ...]
    allowed: tuple[GroupKind, ...]
    """The allowed kinds."""

    def manifest(self, gitops: Gitops) -> Manifest:
        """The AppProject for the stack's repository."""
        windows = [_window(window) for window in gitops.sync_windows if self.name in window.groups]
        return Manifest(
            api_version="argoproj.io/v1alpha1",
            kind="AppProject",
            name=self.name,
            namespace=ARGO_CD.name,
            body={
                "spec": {
                    "description": self.description,
                    "sourceRepos": [gitops.repository],
                    "destinations": [
                        {"server": IN_CLUSTER, "namespace": namespace} for namespace in self.namespaces
                    ],
                    "namespaceResourceWhitelist": resource_whitelist(self.allowed),
                    **({"syncWindows": windows} if windows else {}),
                }
            },
        )


def _window(window: SyncWindow) -> Values:
    everything: list[Value] = ["*"]
    return {
        "kind": window.kind,
        "schedule": window.schedule,
        "duration": window.duration,
        "timeZone": window.time_zone,
        "applications": everything,
        "manualSync": window.manual_sync,
    }


def resource_whitelist(allowed: Iterable[GroupKind]) -> Sequence[Value]:
    """Kinds in the format of an AppProject."""
    return [{"group": group, "kind": kind} for group, kind in allowed]


_CONFIGURATION: tuple[GroupKind, ...] = (("", "ConfigMap"), ("", "ServiceAccount"))

_WORKLOADS: tuple[GroupKind, ...] = (
    ("apps", "Deployment"),
    ("batch", "Job"),
    ("", "Service"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("policy", "PodDisruptionBudget"),
    ("networking.k8s.io", "NetworkPolicy"),
)

_BUSINESS: tuple[GroupKind, ...] = (
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("", "PersistentVolumeClaim"),
    ("networking.k8s.io", "Ingress"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    # No plain Secrets: they come from a secret store, a generator or a SealedSecret.
    ("external-secrets.io", "ExternalSecret"),
    ("generators.external-secrets.io", "Password"),
    ("bitnami.com", "SealedSecret"),
    ("chaos-mesh.org", "PodChaos"),
    ("chaos-mesh.org", "NetworkChaos"),
)

APPLICATION_KINDS: tuple[GroupKind, ...] = _CONFIGURATION + _WORKLOADS + _BUSINESS
"""Kinds that applications may use."""

_MONITORING_KINDS: tuple[GroupKind, ...] = (
    ("", "ConfigMap"),
    ("monitoring.coreos.com", "ServiceMonitor"),
    ("monitoring.coreos.com", "PodMonitor"),
    ("monitoring.coreos.com", "Probe"),
    ("monitoring.coreos.com", "PrometheusRule"),
)

_MONITORING_NAMESPACES = (MONITORING.name, LOGGING.name)
"""Platform namespaces that applications may add objects to."""


def projects(settings: Settings, platform_namespaces: Iterable[str]) -> tuple[ApplicationGroup, ...]:
    """The root project and the three application groups.

    The stack owns them. Only the root project can write to Argo CD's namespace, and only
    Applications: deployed objects cannot extend what may be deployed. Other objects of the stack
    (namespaces, quotas, RBAC) are out of reach.
    """
    return (
        ApplicationGroup(
            name=ROOT_PROJECT,
            description="The root and the groups: only Applications",
            namespaces=(ARGO_CD.name,),
            allowed=(("argoproj.io", "Application"),),
        ),
        ApplicationGroup(
            name="infra",
            description="Checks of the cluster itself",
            namespaces=(SHARED_APPLICATIONS.name,),
            allowed=_CONFIGURATION + _WORKLOADS,
        ),
        ApplicationGroup(
            name="platform",
            description="Monitoring and logging objects of applications",
            namespaces=tuple(sorted(set(_MONITORING_NAMESPACES).intersection(platform_namespaces))),
            allowed=_MONITORING_KINDS,
        ),
        ApplicationGroup(
            name="business",
            description="The applications",
            namespaces=(settings.environment,),
            allowed=APPLICATION_KINDS,
        ),
    )
