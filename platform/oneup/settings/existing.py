"""A cluster that exists already."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.form import Unit
from oneup.settings.formats.kubernetes import DeviceName, GroupName, MinorVersion, ObjectName
from oneup.settings.formats.web import ContextName, KubeconfigPath
from oneup.settings.storage import Retention
from oneup.settings.versions import DEFAULT_VERSION

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
