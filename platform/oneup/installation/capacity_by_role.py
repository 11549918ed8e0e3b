"""Checks per node role that the nodes of an existing cluster fit the addons' requests."""

from collections.abc import Iterator, Sequence
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.installation.capacity import NodeCapacity, Utilization
from oneup.settings.existing import Node, NodeRole
from oneup.settings.model import ExistingSettings

MAX_PODS_PER_NODE: Final = 110
"""The kubelet's default."""

_MEMORY_PERCENT: Final = 93
"""Allocatable share of a node's memory, for nodes with 16 GiB or more."""

_EVICTION_MIB: Final = 100
_SYSTEM: Final = NodeCapacity(2, 200, 256)
"""kube-proxy and a CNI agent, on every node."""


def utilization_by_role(
    settings: ExistingSettings, addons: Sequence[Addon]
) -> Iterator[tuple[NodeRole, Utilization]]:
    """Requests and capacity of each role whose nodes all have a size in the settings."""
    for role in NodeRole:
        rooms = [room for room in map(_node_capacity, settings.existing.nodes_with_role(role)) if room]
        if rooms and len(rooms) == len(settings.existing.nodes_with_role(role)):
            offered = sum(rooms, NodeCapacity(0, 0, 0))
            yield (
                role,
                Utilization(
                    requested=_requested(role, settings, addons)
                    + _per_node_requests(addons).multiplied(len(rooms)),
                    allocatable=offered,
                    nodes=len(rooms),
                ),
            )


def shortages(settings: ExistingSettings, addons: Sequence[Addon]) -> Iterator[str]:
    """Errors, with numbers, if the nodes of a role are too small."""
    for role, load in utilization_by_role(settings, addons):
        if not load.allocatable.fits(load.requested):
            yield (
                f"pods on {role} nodes request {load.requested}; {load.nodes} nodes provide {load.allocatable}: "
                "add more or larger nodes to existing.nodes"
            )
        yield from _too_large(role, settings, addons)


def lines(settings: ExistingSettings, addons: Sequence[Addon]) -> list[str]:
    """The utilization of every role, for display."""
    return [f"{role}: {line}" for role, load in utilization_by_role(settings, addons) for line in load.lines]


def _node_capacity(node: Node) -> NodeCapacity | None:
    """Allocatable resources of a node; None if its size is not known."""
    if node.cpus is None or node.memory_gib is None:
        return None
    cores = node.cpus
    kept = 60 + 10 * (cores > 1) + 5 * min(max(cores - 2, 0), 2) + 2.5 * max(cores - 4, 0)
    memory = node.memory_gib * 1024 * _MEMORY_PERCENT // 100 - _EVICTION_MIB
    return NodeCapacity(MAX_PODS_PER_NODE, cores * 1000 - round(kept), max(memory, 0))


def _requested(role: NodeRole, settings: ExistingSettings, addons: Sequence[Addon]) -> NodeCapacity:
    """Requests on a role without DaemonSets; applications run on workers."""
    applied = settings.workload
    here = role is NodeRole.WORKER
    total = (
        NodeCapacity(applied.pods, applied.cpu_millis, applied.memory_mib) if here else NodeCapacity(0, 0, 0)
    )
    for addon in addons:
        own = addon.requests
        if addon.node_role is role:
            total += NodeCapacity(own.pods, own.cpu_millis, own.memory_mib)
    return total


def _per_node_requests(addons: Sequence[Addon]) -> NodeCapacity:
    """What every node runs, whatever its role."""
    total = _SYSTEM
    for addon in addons:
        own = addon.requests
        total += NodeCapacity(own.daemon_pods, own.daemon_cpu_millis, own.daemon_memory_mib)
    return total


def _too_large(role: NodeRole, settings: ExistingSettings, addons: Sequence[Addon]) -> Iterator[str]:
    """Addons with a pod that fits on no node of its role in addition to the DaemonSets."""
    each = _per_node_requests(addons)
    rooms = [room for room in map(_node_capacity, settings.existing.nodes_with_role(role)) if room]
    cpu = max(room.cpu_millis for room in rooms) - each.cpu_millis
    memory = max(room.memory_mib for room in rooms) - each.memory_mib
    for addon in addons:
        pod = addon.requests
        if addon.node_role is role and (
            pod.largest_pod_cpu_millis > cpu or pod.largest_pod_memory_mib > memory
        ):
            yield (
                f"a pod of {addon.name} requests up to {pod.largest_pod_cpu_millis}m CPU and "
                f"{pod.largest_pod_memory_mib} MiB; the largest {role} node has {cpu}m and {memory} MiB free: "
                "add a larger node, or disable the addon"
            )
