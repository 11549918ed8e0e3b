"""The page about access: who may do what, and which pods each namespace takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.workspace.access import RBAC, ROLES, RoleName
from oneup.workspace.namespace import APPLICATION, Namespace


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


PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "access.md"

HEAD: Final = """\
# Access and limits

This page is generated: `make docs`. Its tables are the program's own: the tests hold the roles of every
stack against them, and `make cluster-test` asks an API server about each line.

## Who has which role

"""

BOUND: Final = """
On AWS, `oneup:cluster.access` names IAM principals. Each gets one access entry, which puts it into the group
of its role's name; the group is bound to the role. Administrators hold EKS' own `AmazonEKSClusterAdminPolicy`
as well: they make the roles, and get in where somebody has deleted them. The role with which a pull request
is previewed holds `AmazonEKSViewPolicy`, since it looks before anything is made. Nobody else has a right that
is not in the table below.

On a cluster that exists already, `oneup:existing.access` names groups of the API server's OIDC provider, with
the prefix that the API server puts before them (`--oidc-groups-prefix`). A role without a group is bound to
nobody.

## What each role can do, and cannot

A developer neither makes nor enters pods: whoever does reads what the pod reads, its Secrets with it. What
is to be another way goes through Git, and Argo CD would undo it otherwise.

"""

PODS: Final = """
## Which pods each namespace takes

Every namespace that the stack makes enforces a level of Pod Security, and warns of and audits what is not
`restricted`. A level above that gives its reason, here and as the annotation
`oneup.dev/pod-security-reason`; a rule refuses a plan in which one does not.

"""

LIMITS: Final = """
## How much applications may ask for

Each namespace of applications has a ResourceQuota and a LimitRange: `oneup:limits` sets them. A container
that asks for nothing gets 50m of CPU, 128 MiB of memory and a limit of 256 MiB. There is no limit of CPU
unless a pod sets one: it would be slowed down while processors idle.
"""


def page(addons: Sequence[Addon]) -> str:
    """The whole page; ``addons`` are all of the catalogue."""
    rows = (*_roles(), BOUND, *_promises(), PODS, *_namespaces(addons), LIMITS)
    return HEAD + "".join(rows)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _table(*head: str) -> str:
    return _row(*head) + _row(*("---" for _ in head))


def _roles() -> Iterator[str]:
    yield _table("role", "may", "where", "setting")
    places = {"cluster": "the whole cluster", "applications": "the applications' namespaces"}
    for role, key in zip(ROLES, ("admins", "developers", "viewers", "monitoringReaders"), strict=True):
        yield _row(f"`{role.name}`", role.about, places[role.scope], f"`access.{key}`")


def _promises() -> Iterator[str]:
    yield _table("what", *(f"`{role.name}`" for role in ROLES))
    for promise in PROMISES:
        yield _row(_asked(promise), *(promise.reach[role.name] for role in ROLES))


def _asked(promise: Promise) -> str:
    resource = f"{promise.resource}.{promise.group}" if promise.group else promise.resource
    return f"{promise.what}: `{promise.verb} {resource}`"


def _namespaces(addons: Sequence[Addon]) -> Iterator[str]:
    yield _table("namespace", "takes", "for", "because")
    held: dict[Namespace, list[str]] = {}
    for addon in addons:
        held.setdefault(addon.namespace, []).append(f"`{addon.name}`")
    for space in sorted(held, key=lambda one: one.name):
        yield _namespace(space, held)
    yield _row(
        f"`{APPLICATION.name}`, and one named after the environment",
        "restricted",
        "applications",
        "with the mesh in them: privileged, since its first container in each pod redirects its traffic",
    )


def _namespace(space: Namespace, held: Mapping[Namespace, Sequence[str]]) -> str:
    level = "any (Kubernetes makes it)" if space.builtin else space.pod_security
    return _row(f"`{space.name}`", level, ", ".join(held[space]), space.reason)
