"""Argo CD's projects: which group of applications may come from where, go where, and hold what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oneup.settings.model import Settings
from oneup.values import Value
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import ARGO_CD
from oneup.workspace.prepare import workloads

Kind = tuple[str, str]
"""An API group and a kind; ``*`` for all."""

IN_CLUSTER = "https://kubernetes.default.svc"


@dataclass(frozen=True, kw_only=True)
class Project:
    """What a group of applications may deliver. None of them may make anything cluster-wide."""

    name: str
    description: str
    namespaces: tuple[str, ...]
    allowed: tuple[Kind, ...] = ()
    """The only kinds; all namespaced ones but the denied ones, where none is given."""

    denied: tuple[Kind, ...] = ()

    def manifest(self, repository: str) -> Manifest:
        """The AppProject for one repository."""
        kinds = {
            "namespaceResourceWhitelist": _kinds(self.allowed),
            "namespaceResourceBlacklist": _kinds(self.denied),
        }
        return Manifest(
            api_version="argoproj.io/v1alpha1",
            kind="AppProject",
            name=self.name,
            namespace=ARGO_CD.name,
            body={
                "spec": {
                    "description": self.description,
                    "sourceRepos": [repository],
                    "destinations": [
                        {"server": IN_CLUSTER, "namespace": namespace} for namespace in self.namespaces
                    ],
                    **{key: value for key, value in kinds.items() if value},
                }
            },
        )


def _kinds(kinds: Iterable[Kind]) -> Sequence[Value]:
    return [{"group": group, "kind": kind} for group, kind in kinds]


def projects(settings: Settings, platform_namespaces: Iterable[str]) -> tuple[Project, ...]:
    """The three groups. What the stack itself owns (namespaces, quotas, access) none of them may touch."""
    workload = tuple(namespace.name for namespace in workloads(settings))
    stack_owned: tuple[Kind, ...] = (
        ("", "ResourceQuota"),
        ("", "LimitRange"),
        ("rbac.authorization.k8s.io", "Role"),
        ("rbac.authorization.k8s.io", "RoleBinding"),
    )
    return (
        Project(
            name="infra",
            description="Checks of the cluster itself",
            namespaces=workload,
            denied=(("", "ResourceQuota"), ("", "LimitRange")),
        ),
        Project(
            name="platform",
            description="The root, the groups, and what the platform's own tools read",
            namespaces=tuple(sorted({ARGO_CD.name, *platform_namespaces})),
            allowed=(
                ("argoproj.io", "Application"),
                ("argoproj.io", "ApplicationSet"),
                ("", "ConfigMap"),
                ("monitoring.coreos.com", "*"),
            ),
        ),
        Project(name="business", description="Applications", namespaces=workload, denied=stack_owned),
    )
