"""Argo CD's projects: which group of applications may come from where, go where, and hold what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneup.settings.gitops import Gitops, SyncWindow
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import APPLICATION, ARGO_CD, LOGGING, MONITORING

Kind = tuple[str, str]
"""An API group and a kind."""

DELIVERY = "delivery"
"""The project of the root and the groups."""

IN_CLUSTER = "https://kubernetes.default.svc"


@dataclass(frozen=True, kw_only=True)
class Project:
    """What a group of applications may deliver. None of them may make anything cluster-wide."""

    name: str
    description: str
    namespaces: tuple[str, ...]
    allowed: tuple[Kind, ...]
    """The only kinds."""

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
                    "namespaceResourceWhitelist": kinds(self.allowed),
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


def kinds(allowed: Iterable[Kind]) -> Sequence[Value]:
    """Kinds as an AppProject lists them."""
    return [{"group": group, "kind": kind} for group, kind in allowed]


_CONFIGURATION: tuple[Kind, ...] = (("", "ConfigMap"), ("", "ServiceAccount"))

_WORKLOADS: tuple[Kind, ...] = (
    ("apps", "Deployment"),
    ("batch", "Job"),
    ("", "Service"),
    ("autoscaling", "HorizontalPodAutoscaler"),
    ("policy", "PodDisruptionBudget"),
    ("networking.k8s.io", "NetworkPolicy"),
)

_BUSINESS: tuple[Kind, ...] = (
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("", "PersistentVolumeClaim"),
    ("networking.k8s.io", "Ingress"),
    ("gateway.networking.k8s.io", "HTTPRoute"),
    # Secrets come from a store or a generator, or sealed; never as they are.
    ("external-secrets.io", "ExternalSecret"),
    ("generators.external-secrets.io", "Password"),
    ("bitnami.com", "SealedSecret"),
    ("chaos-mesh.org", "PodChaos"),
    ("chaos-mesh.org", "NetworkChaos"),
)

BUSINESS: tuple[Kind, ...] = _CONFIGURATION + _WORKLOADS + _BUSINESS
"""What an application may be made of."""

_OBSERVATION: tuple[Kind, ...] = (
    ("", "ConfigMap"),
    ("monitoring.coreos.com", "ServiceMonitor"),
    ("monitoring.coreos.com", "PodMonitor"),
    ("monitoring.coreos.com", "Probe"),
    ("monitoring.coreos.com", "PrometheusRule"),
)

_OBSERVERS = (MONITORING.name, LOGGING.name)
"""The platform's namespaces that an application may add something to."""


def projects(settings: Settings, platform_namespaces: Iterable[str]) -> tuple[Project, ...]:
    """The root's project and those of the three groups.

    They belong to the stack, and none but the root's reaches Argo CD's own namespace, where it may make
    Applications only: what is delivered cannot widen what may be delivered. What else the stack owns
    (namespaces, quotas, access) none of them may touch.
    """
    return (
        Project(
            name=DELIVERY,
            description="The root and the groups: they make Applications, and nothing else",
            namespaces=(ARGO_CD.name,),
            allowed=(("argoproj.io", "Application"),),
        ),
        Project(
            name="infra",
            description="Checks of the cluster itself",
            namespaces=(APPLICATION.name,),
            allowed=_CONFIGURATION + _WORKLOADS,
        ),
        Project(
            name="platform",
            description="What the platform's own tools read of the applications",
            namespaces=tuple(sorted(set(_OBSERVERS).intersection(platform_namespaces))),
            allowed=_OBSERVATION,
        ),
        Project(
            name="business",
            description="The applications",
            namespaces=(settings.environment,),
            allowed=BUSINESS,
        ),
    )
