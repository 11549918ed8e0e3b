"""An existing cluster."""

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
from oneup.settings.storage import BucketRetention

if TYPE_CHECKING:
    from oneup.settings.model import ExistingSettings

NODE_ROLE_KEY: Final = "node.role"
"""Key of the node role label, and of the taint on dedicated nodes."""


class NodeRole(StrEnum):
    """The role of a node."""

    GATEWAY = "gateway"
    """Runs the ingress controller only."""

    STORAGE = "storage"
    """Runs Ceph's storage daemons only."""

    WORKER = "worker"
    """Runs the platform and its applications."""


class Node(Section):
    """One node of the cluster."""

    name: ObjectName
    """Name, as ``kubectl get nodes`` shows it."""

    role: NodeRole
    """Role: sets the label ``node.role``, and for ``gateway`` and ``storage`` also a taint."""

    cpus: Annotated[int, Unit("vCPU"), Field(ge=1)] | None = None
    """CPUs; capacity is checked if every node has them."""

    memory_gib: Annotated[int, Unit("GiB"), Field(ge=1)] | None = None
    """Memory."""

    devices: tuple[DeviceName, ...] = ()
    """Empty disks of a storage node for Ceph; default: those that match
    ``addons.rookCephCluster.deviceFilter``."""


class RoleGroups(Section):
    """OIDC groups by platform role; with the prefix of the API server's OIDC configuration."""

    admins: tuple[GroupName, ...] = ()
    """Everything."""

    developers: tuple[GroupName, ...] = ()
    """View, restart and scale workloads in application namespaces."""

    viewers: tuple[GroupName, ...] = ()
    """Read everything except Secrets."""

    monitoring_readers: tuple[GroupName, ...] = ()
    """Read metrics and alerting rules."""


class ExistingCluster(Section):
    """The existing cluster: kubeconfig, CIDR blocks, nodes."""

    context: ContextName
    """Context in the kubeconfig."""

    kubeconfig: KubeconfigPath | None = None
    """Path of the kubeconfig; default: ``KUBECONFIG`` or ``~/.kube/config``."""

    version: MinorVersion = DEFAULT_VERSION
    """The cluster's Kubernetes minor version, in quotes."""

    pod_cidr: Cidr = "10.244.0.0/16"
    """CIDR block of pods."""

    service_cidr: Cidr = "10.96.0.0/12"
    """CIDR block of Services."""

    node_cidrs: tuple[Cidr, ...] = ()
    """CIDR blocks of nodes and API server, for network policies; default: everything outside the pod CIDR."""

    api_port: Annotated[int, Unit("port"), Field(ge=1, le=65535)] = 6443
    """Port that the API server listens on (not its Service's)."""

    nodes: tuple[Node, ...] = ()
    """Nodes that the stack labels and taints; with high availability at least three of each role."""

    access: RoleGroups = RoleGroups()
    """Access by OIDC group."""

    retention: BucketRetention = BucketRetention()
    """Retention of objects in Ceph's buckets."""

    def nodes_with_role(self, role: NodeRole) -> tuple[Node, ...]:
        """The nodes of a role."""
        return tuple(node for node in self.nodes if node.role is role)


FEWEST_OF_A_ROLE: Final = 3
"""Per role with high availability: monitors and databases need a quorum."""


def enough_of_each_role(settings: "ExistingSettings") -> Iterator[Problem]:
    """With high availability, a role keeps its quorum when a node fails."""
    if settings.availability != "high" or not settings.existing.nodes:
        return
    for role in NodeRole:
        count = len(settings.existing.nodes_with_role(role))
        if count < FEWEST_OF_A_ROLE:
            few = f"names {count} of the role {role}"
            text = f"{few}; availability: high takes {FEWEST_OF_A_ROLE} of each role at least"
            yield Problem("existing.nodes", text, text)


def node_names(settings: "ExistingSettings") -> Iterator[Problem]:
    """A node has one role."""
    counts = Counter(node.name for node in settings.existing.nodes)
    for index, node in enumerate(settings.existing.nodes):
        if counts[node.name] > 1:
            text = f"{node.name} is named {counts[node.name]} times; list each node once"
            yield Problem(path(("existing", "nodes", index, "name")), text)


def storage_disks(settings: "ExistingSettings") -> Iterator[Problem]:
    """Only storage nodes have disks for Ceph, each once."""
    for index, node in enumerate(settings.existing.nodes):
        key = path(("existing", "nodes", index, "devices"))
        if node.devices and node.role is not NodeRole.STORAGE:
            text = f"are only used on storage nodes, and {node.name} is a {node.role} node; remove them"
            yield Problem(key, text, text)
        elif len(set(node.devices)) < len(node.devices):
            yield Problem(key, f"names a disk of {node.name} twice; name each once")
