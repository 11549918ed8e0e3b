"""A cluster that exists already."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.cluster import DEFAULT_VERSION
from oneup.settings.errors import Problem, path
from oneup.settings.formats.form import Unit
from oneup.settings.formats.kubernetes import DeviceName, GroupName, MinorVersion, ObjectName
from oneup.settings.formats.web import Cidr, ContextName, KubeconfigPath
from oneup.settings.storage import Retention

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings

ROLE: Final = "node.role"
"""Key of the label on every named node, and of the taint on those that are kept for one thing."""


class NodeRole(StrEnum):
    """What a node is for."""

    GATEWAY = "gateway"
    """Takes what comes from outside; nothing else runs there."""

    STORAGE = "storage"
    """Holds the disks of the platform's volumes; nothing else runs there."""

    WORKER = "worker"
    """Runs the platform and its applications."""


class Node(Section):
    """One node of the cluster."""

    name: ObjectName
    """Its name, as ``kubectl get nodes`` shows it."""

    role: NodeRole
    """What it is for: the label ``node.role``; ``gateway`` and ``storage`` are also a taint of that key."""

    cpus: Annotated[int, Unit("vCPU"), Field(ge=1)] | None = None
    """Its processors; what the nodes can hold is checked where all of them say so."""

    memory_gib: Annotated[int, Unit("GiB"), Field(ge=1)] | None = None
    """Its memory."""

    devices: tuple[DeviceName, ...] = ()
    """Empty disks of a storage node that Ceph takes; by ``addons.rookCephCluster.deviceFilter`` where none
    is named."""


class Groups(Section):
    """Groups, as the API server's OIDC provider names them with its prefix, and what they may do."""

    admins: tuple[GroupName, ...] = ()
    """Everything."""

    developers: tuple[GroupName, ...] = ()
    """See, restart and scale what runs in the applications' namespaces."""

    viewers: tuple[GroupName, ...] = ()
    """Read, without secrets."""

    monitoring_readers: tuple[GroupName, ...] = ()
    """Read figures and alerts' rules."""


class Existing(Section):
    """How to reach the cluster, its address ranges and its nodes."""

    context: ContextName
    """Context of the kubeconfig."""

    kubeconfig: KubeconfigPath | None = None
    """Path of the kubeconfig; the default one (``KUBECONFIG``, ``~/.kube/config``) where none is given."""

    version: MinorVersion = DEFAULT_VERSION
    """Kubernetes minor version that the cluster runs, in quotes."""

    pod_cidr: Cidr = "10.244.0.0/16"
    """Addresses of the cluster's pods."""

    service_cidr: Cidr = "10.96.0.0/12"
    """Addresses of the cluster's Services."""

    node_cidrs: tuple[Cidr, ...] = ()
    """Addresses of the nodes and of the API server; network policies open no others to them where given."""

    api_port: Annotated[int, Unit("port"), Field(ge=1, le=65535)] = 6443
    """Port of the API server itself, behind its Service."""

    nodes: tuple[Node, ...] = ()
    """Nodes that the stack labels and taints; where availability is high, three of each role at least."""

    access: Groups = Groups()
    """Who may do what; whoever made the cluster has its own kubeconfig."""

    retention: Retention = Retention()
    """For how long buckets in Ceph keep their objects."""

    def of(self, role: NodeRole) -> tuple[Node, ...]:
        """The nodes of a role."""
        return tuple(node for node in self.nodes if node.role is role)


FEWEST_OF_A_ROLE: Final = 3
"""Of each role where availability is high: monitors and databases outvote one that is gone."""


def enough_of_each_role(settings: "ExistingSettings") -> Iterator[Problem]:
    """Where availability is high, a role outlives one of its nodes and still has a majority."""
    if settings.availability != "high" or not settings.existing.nodes:
        return
    for role in NodeRole:
        count = len(settings.existing.of(role))
        if count < FEWEST_OF_A_ROLE:
            few = f"names {count} of the role {role}"
            text = f"{few}; availability: high takes {FEWEST_OF_A_ROLE} of each role at least"
            yield Problem("existing.nodes", text, text)


def node_names(settings: "ExistingSettings") -> Iterator[Problem]:
    """A node is named once: it has one role."""
    counts = Counter(node.name for node in settings.existing.nodes)
    for index, node in enumerate(settings.existing.nodes):
        if counts[node.name] > 1:
            text = f"{node.name} is named {counts[node.name]} times; give each node one role"
            yield Problem(path(("existing", "nodes", index, "name")), text)


def storage_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """Only the disks of storage nodes are taken, each once."""
    for index, node in enumerate(settings.existing.nodes):
        key = path(("existing", "nodes", index, "devices"))
        if node.devices and node.role is not NodeRole.STORAGE:
            text = f"are taken on storage nodes only, and {node.name} is a {node.role} node; remove them"
            yield Problem(key, text, text)
        elif len(set(node.devices)) < len(node.devices):
            yield Problem(key, f"names a disk of {node.name} twice; name each once")
