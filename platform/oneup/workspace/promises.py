"""What each role can do and cannot: the table of the documentation, held against the roles by tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from oneup.workspace.roles import RBAC, RoleName


class Reach(StrEnum):
    """Where somebody may do something."""

    EVERYWHERE = "yes"
    APPLICATIONS = "in the applications' namespaces"
    NOWHERE = "no"


@dataclass(frozen=True)
class Promise:
    """One deed, and where the holders of each role may do it; an administrator may everywhere."""

    what: str
    verb: str
    group: str
    resource: str
    developer: Reach = Reach.NOWHERE
    viewer: Reach = Reach.NOWHERE
    monitoring: Reach = Reach.NOWHERE
    namespaced: bool = True

    @property
    def reach(self) -> Mapping[RoleName, Reach]:
        """By role."""
        return {
            RoleName.ADMIN: Reach.EVERYWHERE,
            RoleName.DEVELOPER: self.developer,
            RoleName.VIEWER: self.viewer,
            RoleName.MONITORING: self.monitoring,
        }


_HOME: Final = Reach.APPLICATIONS
_ALL: Final = Reach.EVERYWHERE

PROMISES: Final = (
    Promise("see pods and their state", "list", "", "pods", _HOME, _ALL, _ALL),
    Promise("read the logs of pods", "get", "", "pods/log", _HOME, _ALL),
    Promise("read ConfigMaps", "get", "", "configmaps", _HOME, _ALL),
    Promise("read Deployments", "list", "apps", "deployments", _HOME, _ALL),
    Promise("read a Secret", "get", "", "secrets"),
    Promise("list Secrets", "list", "", "secrets"),
    Promise("write a Secret", "create", "", "secrets"),
    Promise("run a command in a pod (exec)", "create", "", "pods/exec"),
    Promise("attach to a pod", "create", "", "pods/attach"),
    Promise("debug a pod by a container of one's own", "patch", "", "pods/ephemeralcontainers"),
    Promise("forward a port of a pod", "create", "", "pods/portforward", _HOME),
    Promise("make a pod", "create", "", "pods"),
    Promise("delete a pod, so that it is made anew", "delete", "", "pods", _HOME),
    Promise("delete a Job", "delete", "batch", "jobs", _HOME),
    Promise("scale a Deployment", "patch", "apps", "deployments/scale", _HOME),
    Promise("change a Deployment", "patch", "apps", "deployments"),
    Promise("delete a Deployment", "delete", "apps", "deployments"),
    Promise("delete a volume's claim", "delete", "", "persistentvolumeclaims"),
    Promise("open the network between pods", "create", "networking.k8s.io", "networkpolicies"),
    Promise("lift a quota", "patch", "", "resourcequotas"),
    Promise("take a service account's token", "create", "", "serviceaccounts/token"),
    Promise("give rights in a namespace", "create", RBAC, "rolebindings"),
    Promise("see alerts' rules", "list", "monitoring.coreos.com", "prometheusrules", _HOME, _ALL, _ALL),
    Promise("change alerts' rules", "patch", "monitoring.coreos.com", "prometheusrules"),
    Promise("change what Argo CD delivers", "patch", "argoproj.io", "applications"),
    Promise("see nodes", "list", "", "nodes", viewer=_ALL, monitoring=_ALL, namespaced=False),
    Promise("read a node's figures", "get", "", "nodes/metrics", monitoring=_ALL, namespaced=False),
    Promise("reach a node's kubelet", "create", "", "nodes/proxy", namespaced=False),
    Promise("delete a node", "delete", "", "nodes", namespaced=False),
    Promise("see namespaces", "list", "", "namespaces", viewer=_ALL, monitoring=_ALL, namespaced=False),
    Promise("delete a namespace", "delete", "", "namespaces", namespaced=False),
    Promise("delete a volume", "delete", "", "persistentvolumes", namespaced=False),
    Promise("see who has which rights", "list", RBAC, "clusterroles", viewer=_ALL, namespaced=False),
    Promise("give rights in the cluster", "create", RBAC, "clusterrolebindings", namespaced=False),
    Promise("exceed one's own rights", "escalate", RBAC, "clusterroles", namespaced=False),
    Promise("act as somebody else", "impersonate", "", "users", namespaced=False),
)
