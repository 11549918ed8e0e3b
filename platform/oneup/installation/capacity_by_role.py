"""Whether the named nodes of a cluster that exists already hold what the addons ask for, role by role."""

from collections.abc import Iterator, Sequence
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.installation.capacity import Load, Room
from oneup.settings.existing import Node, NodeRole
from oneup.settings.model import ExistingSettings

PODS: Final = 110
"""The kubelet's limit, unless a cluster sets another."""

_MEMORY_PERCENT: Final = 93
"""Share of a node's memory that its kernel, system and kubelet leave, on nodes of 16 GiB and more."""

_EVICTION_MIB: Final = 100
_SYSTEM: Final = Room(2, 200, 256)
"""kube-proxy and an agent of the network, on every node."""


def loads(settings: ExistingSettings, addons: Sequence[Addon]) -> Iterator[tuple[NodeRole, Load]]:
    """What is asked for and offered on the nodes of each role of which every node says how large it is."""
    for role in NodeRole:
        rooms = [room for room in map(_room, settings.existing.of(role)) if room]
        if rooms and len(rooms) == len(settings.existing.of(role)):
            offered = sum(rooms, Room(0, 0, 0))
            yield (
                role,
                Load(
                    asked=_asked(role, settings, addons) + _each(addons).times(len(rooms)),
                    offered=offered,
                    nodes=len(rooms),
                ),
            )


def problems(settings: ExistingSettings, addons: Sequence[Addon]) -> Iterator[str]:
    """Why the nodes of a role cannot hold what runs there, with the numbers; nothing where they can."""
    for role, load in loads(settings, addons):
        if not load.offered.holds(load.asked):
            yield (
                f"what runs on {role} nodes asks for {load.asked}; {load.nodes} nodes offer {load.offered}: "
                "name more of them in existing.nodes, or larger ones"
            )
        yield from _too_large(role, settings, addons)


def lines(settings: ExistingSettings, addons: Sequence[Addon]) -> list[str]:
    """The figures of every role, as they are shown."""
    return [f"{role}: {line}" for role, load in loads(settings, addons) for line in load.lines]


def _room(node: Node) -> Room | None:
    """What a node gives to pods; None where its size is not known."""
    if node.cpus is None or node.memory_gib is None:
        return None
    cores = node.cpus
    kept = 60 + 10 * (cores > 1) + 5 * min(max(cores - 2, 0), 2) + 2.5 * max(cores - 4, 0)
    memory = node.memory_gib * 1024 * _MEMORY_PERCENT // 100 - _EVICTION_MIB
    return Room(PODS, cores * 1000 - round(kept), max(memory, 0))


def _asked(role: NodeRole, settings: ExistingSettings, addons: Sequence[Addon]) -> Room:
    """What is asked of a role but for what every node carries; applications run on workers."""
    applied = settings.workload
    here = role is NodeRole.WORKER
    total = Room(applied.pods, applied.cpu_millis, applied.memory_mib) if here else Room(0, 0, 0)
    for addon in addons:
        own = addon.footprint
        if addon.nodes is role:
            total += Room(own.pods, own.cpu_millis, own.memory_mib)
    return total


def _each(addons: Sequence[Addon]) -> Room:
    """What every node carries, whatever it is for."""
    total = _SYSTEM
    for addon in addons:
        own = addon.footprint
        total += Room(own.daemon_pods, own.daemon_cpu_millis, own.daemon_memory_mib)
    return total


def _too_large(role: NodeRole, settings: ExistingSettings, addons: Sequence[Addon]) -> Iterator[str]:
    """Addons with a pod that fits on no node of its role, beside what runs on each."""
    each = _each(addons)
    rooms = [room for room in map(_room, settings.existing.of(role)) if room]
    cpu = max(room.cpu_millis for room in rooms) - each.cpu_millis
    memory = max(room.memory_mib for room in rooms) - each.memory_mib
    for addon in addons:
        pod = addon.footprint
        if addon.nodes is role and (pod.largest_cpu_millis > cpu or pod.largest_memory_mib > memory):
            yield (
                f"a pod of {addon.name} asks for up to {pod.largest_cpu_millis}m CPU and "
                f"{pod.largest_memory_mib} MiB; the largest {role} node has {cpu}m and {memory} MiB left: "
                "name a larger one, or turn it off"
            )
