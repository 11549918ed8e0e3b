"""Namespaces as values, and what the applications in them may ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from oneup.settings.applications import ApplicationQuota
from oneup.values import Value
from oneup.workspace.manifest import Manifest

PodSecurity = Literal["privileged", "baseline", "restricted"]


@dataclass(frozen=True)
class Namespace:
    """A namespace and the Pod Security level that it enforces.

    A level above ``restricted`` gives its ``reason``.
    """

    name: str
    pod_security: PodSecurity = "restricted"
    reason: str = ""
    is_built_in: bool = False
    """Whether Kubernetes creates it."""

    labels: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    """Labels in addition to those of Pod Security."""

    annotations: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def manifest(self, version: str) -> Manifest:
        """The object; Pod Security as the Kubernetes minor ``version`` defines it.

        The version is pinned, so that a cluster upgrade does not change the rules silently.
        Warnings and audit use the level ``restricted``.
        """
        prefix = "pod-security.kubernetes.io"
        levels = {"enforce": self.pod_security, "audit": "restricted", "warn": "restricted"}
        labels = {f"{prefix}/{mode}": level for mode, level in levels.items()}
        versions = {f"{prefix}/{mode}-version": f"v{version}" for mode in levels}
        reason = {"oneup.dev/pod-security-reason": self.reason} if self.reason else {}
        return Manifest(
            api_version="v1",
            kind="Namespace",
            name=self.name,
            body={},
            labels={**labels, **versions, **self.labels},
            annotations={**reason, **self.annotations},
        )

    @property
    def default_deny(self) -> Manifest:
        """The default-deny network policy for ingress and egress."""
        return Manifest(
            api_version="networking.k8s.io/v1",
            kind="NetworkPolicy",
            name="default-deny",
            namespace=self.name,
            body={"spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}},
        )


KUBE_SYSTEM: Final = Namespace("kube-system", "privileged", "networking and storage agents", is_built_in=True)
INGRESS: Final = Namespace("ingress-system")
ARGO_CD: Final = Namespace("argocd")
EXTERNAL_DNS: Final = Namespace("external-dns")
CERT_MANAGER: Final = Namespace("cert-manager")
SECRETS: Final = Namespace("secrets-management")
VAULT: Final = Namespace("vault")
MONITORING: Final = Namespace("monitoring", "privileged", "node-exporter reads each node's own file systems")
LOGGING: Final = Namespace("logging", "privileged", "log shippers read each node's log files")
METALLB: Final = Namespace("metallb-system", "privileged", "its speakers answer ARP on each node's network")
ROOK_CEPH: Final = Namespace(
    "rook-ceph", "privileged", "Ceph takes whole disks, and its drivers mount volumes on every node"
)
DATABASES: Final = Namespace("cnpg-system")
TUNNEL: Final = Namespace("cloudflare-tunnel")
TRACING: Final = Namespace("tracing")
SCALING: Final = Namespace("scaling")
SECURITY: Final = Namespace(
    "security", "privileged", "Falco reads each node's kernel events, and assessments of nodes their files"
)
CHAOS: Final = Namespace(
    "chaos-mesh", "privileged", "its daemon enters the network and the processes of the pods it breaks"
)
ISTIO: Final = Namespace("istio-system")
KYVERNO: Final = Namespace("kyverno")
FLUX: Final = Namespace("flux-system")
ROLLOUTS: Final = Namespace("argo-rollouts")
BACKUP: Final = Namespace("backup")
SHARED_APPLICATIONS: Final = Namespace("application")
"""The application namespace with the same name in every environment."""

APPLICATION_LABEL: Final[Mapping[str, str]] = {"oneup.dev/applications": "true"}
"""The label of application namespaces."""


NAME = "applications"


def quota_and_limit_range(namespace: str, granted: ApplicationQuota) -> tuple[Manifest, Manifest]:
    """The LimitRange with defaults, and the ResourceQuota, which rejects pods without requests."""
    return _range(namespace, granted), _quota(namespace, granted)


def _quota(namespace: str, granted: ApplicationQuota) -> Manifest:
    hard: dict[str, Value] = {
        "requests.cpu": str(granted.cpu),
        "requests.memory": f"{granted.memory_gib}Gi",
        "requests.storage": f"{granted.storage_gib}Gi",
        "persistentvolumeclaims": str(granted.volumes),
        "pods": str(granted.pods),
        "services.loadbalancers": str(granted.load_balancers),
    }
    return Manifest(
        api_version="v1", kind="ResourceQuota", name=NAME, namespace=namespace, body={"spec": {"hard": hard}}
    )


def _range(namespace: str, granted: ApplicationQuota) -> Manifest:
    """No CPU limits: they would throttle containers while CPUs are idle."""
    container: dict[str, Value] = {
        "type": "Container",
        "defaultRequest": {"cpu": "50m", "memory": "128Mi"},
        "default": {"memory": "256Mi"},
        "max": {"memory": f"{granted.container_memory_gib}Gi"},
    }
    volume: dict[str, Value] = {
        "type": "PersistentVolumeClaim",
        "max": {"storage": f"{granted.volume_gib}Gi"},
    }
    return Manifest(
        api_version="v1",
        kind="LimitRange",
        name=NAME,
        namespace=namespace,
        body={"spec": {"limits": [container, volume]}},
    )
