"""What the platform's users may do: roles as values, and the groups that hold them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from oneup.settings.model import ExistingSettings, Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest

RBAC: Final = "rbac.authorization.k8s.io"
READ_VERBS: Final = ("get", "list", "watch")


class RoleName(StrEnum):
    """A platform role, and the name of its group on AWS."""

    ADMIN = "platform-admin"
    DEVELOPER = "platform-developer"
    VIEWER = "platform-viewer"
    MONITORING = "monitoring-reader"


@dataclass(frozen=True)
class PolicyRule:
    """A policy rule: verbs on resources of an API group, or on non-resource URLs."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...] = READ_VERBS
    non_resource_urls: tuple[str, ...] = ()

    @property
    def rule(self) -> Values:
        """The rule in a role."""
        verbs: dict[str, Value] = {"verbs": list(self.verbs)}
        if self.non_resource_urls:
            return {"nonResourceURLs": list(self.non_resource_urls), **verbs}
        return {"apiGroups": [self.group], "resources": list(self.resources), **verbs}


@dataclass(frozen=True)
class PlatformRole:
    """A platform role and its scope."""

    name: RoleName
    description: str
    rules: tuple[PolicyRule, ...]
    scope: Literal["cluster", "applications"] = "cluster"

    @property
    def manifest(self) -> Manifest:
        """The ClusterRole."""
        rules: list[Value] = [grant.rule for grant in self.rules]
        return Manifest(api_version=f"{RBAC}/v1", kind="ClusterRole", name=self.name, body={"rules": rules})

    def binding(self, groups: tuple[str, ...], namespace: str | None = None) -> Manifest:
        """Binds the role to groups, in one namespace or in the cluster."""
        reference: Values = {"apiGroup": RBAC, "kind": "ClusterRole", "name": self.name}
        subjects: list[Value] = [{"apiGroup": RBAC, "kind": "Group", "name": group} for group in groups]
        return Manifest(
            api_version=f"{RBAC}/v1",
            kind="RoleBinding" if namespace else "ClusterRoleBinding",
            name=self.name,
            namespace=namespace,
            body={"roleRef": reference, "subjects": subjects},
        )


_APPLICATIONS: Final = (
    PolicyRule(
        "",
        (
            "configmaps",
            "endpoints",
            "events",
            "limitranges",
            "persistentvolumeclaims",
            "pods",
            "pods/log",
            "pods/status",
            "resourcequotas",
            "serviceaccounts",
            "services",
        ),
    ),
    PolicyRule("apps", ("controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets")),
    PolicyRule("apps", ("deployments/scale", "replicasets/scale", "statefulsets/scale"), ("get",)),
    PolicyRule("autoscaling", ("horizontalpodautoscalers",)),
    PolicyRule("batch", ("cronjobs", "jobs")),
    PolicyRule("discovery.k8s.io", ("endpointslices",)),
    PolicyRule("events.k8s.io", ("events",)),
    PolicyRule("networking.k8s.io", ("ingresses", "networkpolicies")),
    PolicyRule("policy", ("poddisruptionbudgets",)),
    PolicyRule("gateway.networking.k8s.io", ("gateways", "grpcroutes", "httproutes")),
    PolicyRule("external-secrets.io", ("externalsecrets",)),
    PolicyRule("cert-manager.io", ("certificates", "certificaterequests")),
    PolicyRule(
        "argoproj.io", ("analysisruns", "analysistemplates", "applications", "appprojects", "rollouts")
    ),
    PolicyRule("metrics.k8s.io", ("pods",), ("get", "list")),
)
"""Read access to application objects, without Secrets."""

_MONITORING: Final = PolicyRule(
    "monitoring.coreos.com",
    ("alertmanagers", "podmonitors", "probes", "prometheuses", "prometheusrules", "servicemonitors"),
)

ROLES: Final = (
    PlatformRole(
        RoleName.ADMIN,
        "everything",
        (PolicyRule("*", ("*",), ("*",)), PolicyRule("", (), ("*",), non_resource_urls=("*",))),
    ),
    PlatformRole(
        RoleName.DEVELOPER,
        "view, restart and scale applications, and forward ports",
        (
            *_APPLICATIONS,
            # Pods can be deleted, but not created or entered: that would expose everything a pod can read,
            # including Secrets. Changes go through Git.
            PolicyRule("", ("pods",), ("delete",)),
            PolicyRule("", ("pods/eviction", "pods/portforward"), ("create",)),
            PolicyRule("apps", ("deployments/scale", "statefulsets/scale"), ("patch", "update")),
            PolicyRule("batch", ("jobs",), ("delete",)),
            _MONITORING,
        ),
        scope="applications",
    ),
    PlatformRole(
        RoleName.VIEWER,
        "read everything but Secrets, in every namespace",
        (
            *_APPLICATIONS,
            PolicyRule("", ("namespaces", "nodes", "persistentvolumes")),
            PolicyRule("apiextensions.k8s.io", ("customresourcedefinitions",)),
            PolicyRule(RBAC, ("clusterrolebindings", "clusterroles", "rolebindings", "roles")),
            PolicyRule("networking.k8s.io", ("ingressclasses",)),
            PolicyRule("scheduling.k8s.io", ("priorityclasses",)),
            PolicyRule("storage.k8s.io", ("csidrivers", "csinodes", "storageclasses", "volumeattachments")),
            PolicyRule("metrics.k8s.io", ("nodes",), ("get", "list")),
            PolicyRule("cert-manager.io", ("clusterissuers", "issuers")),
            PolicyRule("external-secrets.io", ("clustersecretstores", "secretstores")),
            PolicyRule("karpenter.sh", ("nodeclaims", "nodepools")),
            _MONITORING,
        ),
    ),
    PlatformRole(
        RoleName.MONITORING,
        "read metrics, monitors and alerting rules, and names and states of workloads",
        (
            PolicyRule("", ("endpoints", "namespaces", "nodes", "pods", "services")),
            PolicyRule("", ("nodes/metrics",), ("get",)),
            PolicyRule("discovery.k8s.io", ("endpointslices",)),
            PolicyRule("metrics.k8s.io", ("nodes", "pods"), ("get", "list")),
            PolicyRule("", (), ("get",), non_resource_urls=("/metrics", "/metrics/*")),
            _MONITORING,
        ),
    ),
)


def bindings(people: dict[RoleName, tuple[str, ...]], applications: tuple[str, ...]) -> Iterator[Manifest]:
    """The bindings of all roles; the developer role is only bound in application namespaces."""
    for role in ROLES:
        if groups := people.get(role.name, ()):
            places = (None,) if role.scope == "cluster" else applications
            yield from (role.binding(groups, place) for place in places)


def group_bindings(settings: Settings) -> dict[RoleName, tuple[str, ...]]:
    """The groups of each role.

    On AWS an access entry puts a principal into the group named after its role, so later entries
    get their permissions. Elsewhere the API server's OIDC provider defines group membership.
    """
    if not isinstance(settings, ExistingSettings):
        return {role: (str(role),) for role in RoleName}
    access = settings.existing.access
    return {
        RoleName.ADMIN: access.admins,
        RoleName.DEVELOPER: access.developers,
        RoleName.VIEWER: access.viewers,
        RoleName.MONITORING: access.monitoring_readers,
    }
