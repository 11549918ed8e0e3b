"""Checks that the node groups fit the requests of addons and applications: pods, CPU and memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.addonkit.pods import ContainerRequests
from oneup.installation.addresses import address_shortage
from oneup.settings.instances import InstanceType, instance_type
from oneup.settings.model import AwsSettings
from oneup.settings.nodes import NodeGroup

CPU_BAND: Final = (60, 80)
MEMORY_BAND: Final = (70, 85)
"""Target utilization in percent: less wastes money, more leaves no room for rescheduling."""

SYSTEM_PODS: Final = 5
SYSTEM_ON_EACH_NODE: Final = ContainerRequests(190, 150)
"""aws-node 50m, kube-proxy 100m, the EBS driver 30m and 120 MiB, node monitoring 10m and 30 MiB."""

GUARDDUTY_ON_EACH_NODE: Final = ContainerRequests(200, 256)
"""GuardDuty's agent."""

SYSTEM_REPLICA: Final = (ContainerRequests(100, 70), ContainerRequests(60, 240), ContainerRequests(10, 32))
"""One replica each of CoreDNS, the EBS controller (six containers) and the snapshot controller."""

_EVICTION_MIB: Final = 100
_KERNEL_PERCENT: Final = 5
"""Share of an instance's memory that firmware and kernel use."""


@dataclass(frozen=True)
class NodeCapacity:
    """An amount of pods, CPU and memory: capacity or requests."""

    pods: int
    cpu_millis: int
    memory_mib: int

    def __add__(self, other: "NodeCapacity") -> "NodeCapacity":
        """Both together."""
        return NodeCapacity(
            self.pods + other.pods, self.cpu_millis + other.cpu_millis, self.memory_mib + other.memory_mib
        )

    def multiplied(self, count: int) -> "NodeCapacity":
        """Multiplied by ``count`` nodes."""
        return NodeCapacity(self.pods * count, self.cpu_millis * count, self.memory_mib * count)

    def fits(self, other: "NodeCapacity") -> bool:
        """Whether the other fits in."""
        return (
            self.pods >= other.pods
            and self.cpu_millis >= other.cpu_millis
            and self.memory_mib >= other.memory_mib
        )

    def __str__(self) -> str:
        """Pods, vCPU and GiB, for display."""
        return f"{self.pods} pods, {self.cpu_millis / 1000:.1f} vCPU and {self.memory_mib / 1024:.1f} GiB"


@dataclass(frozen=True, kw_only=True)
class Utilization:
    """Requests and node capacity at the desired sizes."""

    requested: NodeCapacity
    allocatable: NodeCapacity
    nodes: int

    @property
    def cpu_percent(self) -> int:
        """CPU utilization by requests."""
        return round(100 * self.requested.cpu_millis / max(self.allocatable.cpu_millis, 1))

    @property
    def memory_percent(self) -> int:
        """Memory utilization by requests."""
        return round(100 * self.requested.memory_mib / max(self.allocatable.memory_mib, 1))

    @property
    def lines(self) -> Sequence[str]:
        """One line each for pods, CPU and memory, with the utilization."""
        asked, offered = self.requested, self.allocatable
        cpu = f"{asked.cpu_millis / 1000:.1f} of {offered.cpu_millis / 1000:.1f} vCPU"
        memory = f"{asked.memory_mib / 1024:.1f} of {offered.memory_mib / 1024:.1f} GiB"
        return (
            f"{asked.pods} of {offered.pods} pods on {self.nodes} nodes",
            f"{cpu}, {_share(self.cpu_percent, CPU_BAND)}",
            f"{memory}, {_share(self.memory_percent, MEMORY_BAND)}",
        )


def _share(percent: int, band: tuple[int, int]) -> str:
    place = "below" if percent < band[0] else "above" if percent > band[1] else "within"
    return f"{percent} % ({place} {band[0]}-{band[1]} %)"


def allocatable(kind: InstanceType, *, prefix_delegation: bool) -> NodeCapacity:
    """Allocatable resources of a node of this type, by the kubelet's reservations on Amazon Linux 2023.

    CPU: 6 % of the first core, 1 % of the second, 0.5 % of two more and 0.25 % of the rest are reserved.
    Memory: 255 MiB and 11 MiB for each pod that its addresses allow, and the eviction threshold.
    """
    cores = kind.vcpus
    kept = 60 + 10 * (cores > 1) + 5 * min(max(cores - 2, 0), 2) + 2.5 * max(cores - 4, 0)
    pods = kind.pods(prefix_delegation=prefix_delegation)
    seen = kind.memory_mib * (100 - _KERNEL_PERCENT) // 100
    return NodeCapacity(pods, cores * 1000 - round(kept), max(seen - 255 - 11 * pods - _EVICTION_MIB, 0))


def utilization(settings: AwsSettings, addons: Sequence[Addon]) -> Utilization | None:
    """The stack's load at the desired sizes; None if it cannot be calculated.

    An instance type may be unknown; EKS Auto Mode creates nodes on demand.
    """
    known = schedulable_groups(settings)
    if known is None or settings.cluster.auto_mode:
        return None
    nodes = sum(group.desired_size for group, _ in known)
    return Utilization(
        requested=requested(settings, addons, nodes),
        allocatable=allocatable_of([(room, group.desired_size) for group, room in known]),
        nodes=nodes,
    )


def requested(settings: AwsSettings, addons: Sequence[Addon], nodes: int) -> NodeCapacity:
    """Requests of system pods, addons and applications on this number of nodes."""
    applied = settings.workload
    total = NodeCapacity(applied.pods, applied.cpu_millis, applied.memory_mib)
    for size in SYSTEM_REPLICA:
        total += NodeCapacity(1, size.cpu_millis, size.memory_mib).multiplied(settings.replicas)
    for addon in addons:
        own = addon.requests
        total += NodeCapacity(own.pods, own.cpu_millis, own.memory_mib)
    return total + per_node_requests(settings, addons).multiplied(nodes)


def shortages(settings: AwsSettings, addons: Sequence[Addon]) -> Iterator[str]:
    """Errors, with numbers, if the node groups are too small.

    Measured at ``maxSize`` with an autoscaler, otherwise at ``desiredSize``.
    """
    known = schedulable_groups(settings)
    if known is None or settings.cluster.auto_mode:
        return
    grows = settings.addons.cluster_autoscaler.enabled
    sizes = [(room, group.max_size if grows else group.desired_size) for group, room in known]
    nodes = sum(count for _, count in sizes)
    offer, need = allocatable_of(sizes), requested(settings, addons, nodes)
    way_out = f"raise nodeGroups[].{'maxSize' if grows else 'desiredSize'}, or choose larger instance types"
    if not offer.fits(need):
        asking = "system pods, addons and applications request"
        yield f"{asking} {need}; {nodes} nodes provide {offer}: {way_out}"
    yield from address_shortage(settings, need.pods, nodes)
    yield from _too_large(settings, [room for room, _ in sizes], addons)


def _too_large(
    settings: AwsSettings, rooms: Sequence[NodeCapacity], addons: Sequence[Addon]
) -> Iterator[str]:
    """Addons with a pod that fits on no node in addition to the DaemonSets."""
    each = per_node_requests(settings, addons)
    left_cpu = max(room.cpu_millis - each.cpu_millis for room in rooms)
    left_memory = max(room.memory_mib - each.memory_mib for room in rooms)
    for addon in addons:
        pod = addon.requests
        if pod.largest_pod_cpu_millis > left_cpu or pod.largest_pod_memory_mib > left_memory:
            asks = f"{pod.largest_pod_cpu_millis}m CPU and {pod.largest_pod_memory_mib} MiB"
            yield (
                f"a pod of {addon.name} requests up to {asks}; the largest node has {left_cpu}m and "
                f"{left_memory} MiB free: choose larger instance types, or disable the addon"
            )


def per_node_requests(settings: AwsSettings, addons: Sequence[Addon]) -> NodeCapacity:
    """What runs on every node."""
    total = NodeCapacity(SYSTEM_PODS, SYSTEM_ON_EACH_NODE.cpu_millis, SYSTEM_ON_EACH_NODE.memory_mib)
    if settings.audit.guard_duty:
        total += NodeCapacity(1, GUARDDUTY_ON_EACH_NODE.cpu_millis, GUARDDUTY_ON_EACH_NODE.memory_mib)
    for addon in addons:
        own = addon.requests
        total += NodeCapacity(own.daemon_pods, own.daemon_cpu_millis, own.daemon_memory_mib)
    return total


def schedulable_groups(settings: AwsSettings) -> Sequence[tuple[NodeGroup, NodeCapacity]] | None:
    """The node groups without taints, each with the allocatable resources of its smallest type."""
    found: list[tuple[NodeGroup, NodeCapacity]] = []
    for group in settings.node_groups:
        kinds = [instance_type(name) for name in group.instance_types]
        known = [kind for kind in kinds if kind]
        if len(known) < len(kinds):
            return None
        rooms = [allocatable(kind, prefix_delegation=settings.cluster.prefix_delegation) for kind in known]
        least = NodeCapacity(
            min(room.pods for room in rooms),
            min(room.cpu_millis for room in rooms),
            min(room.memory_mib for room in rooms),
        )
        if not any(taint.effect != "PREFER_NO_SCHEDULE" for taint in group.taints):
            found.append((group, least))
    return found


def allocatable_of(sizes: Sequence[tuple[NodeCapacity, int]]) -> NodeCapacity:
    """Allocatable resources of this number of nodes of each type."""
    total = NodeCapacity(0, 0, 0)
    for room, count in sizes:
        total += room.multiplied(count)
    return total
