"""What charts say of their pods: sizes, contexts, spreading; one way for all addons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import Manifest, ResourceRequests
from oneup.values import Value, Values
from oneup.workspace.namespace import Namespace

RESTRICTED_CONTEXT: Final[Values] = {
    "runAsNonRoot": True,
    "readOnlyRootFilesystem": True,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""A container security context that meets the Pod Security level ``restricted``."""

NODE_LOG_READER: Final[Values] = {
    **RESTRICTED_CONTEXT,
    "runAsNonRoot": False,
    "runAsUser": 0,
}
"""Of a container that reads the node's log files, which belong to root: root without capabilities."""

TOLERATE_ALL: Final[list[Value]] = [{"operator": "Exists"}]
"""Tolerations of a DaemonSet that runs on every node, whatever its role."""


@dataclass(frozen=True)
class ContainerRequests:
    """Resource requests of a container or pod."""

    cpu_millis: int
    memory_mib: int
    limit_mib: int = 0
    """Memory limit of a container that needs more than its request for a moment; 0: the request."""

    def __add__(self, other: "ContainerRequests") -> "ContainerRequests":
        """Two containers of one pod."""
        return ContainerRequests(self.cpu_millis + other.cpu_millis, self.memory_mib + other.memory_mib)

    @property
    def resources(self) -> Values:
        """Requests and a memory limit; a CPU limit would throttle while the node is idle."""
        return {
            "requests": {"cpu": f"{self.cpu_millis}m", "memory": f"{self.memory_mib}Mi"},
            "limits": {"memory": f"{max(self.memory_mib, self.limit_mib)}Mi"},
        }


def pod_requests(*pods: tuple[ContainerRequests, int]) -> ResourceRequests:
    """The footprint of pods that are not DaemonSets, by size and count."""
    return ResourceRequests(
        pods=sum(count for _, count in pods),
        cpu_millis=sum(size.cpu_millis * count for size, count in pods),
        memory_mib=sum(size.memory_mib * count for size, count in pods),
        largest_pod_cpu_millis=max((size.cpu_millis for size, count in pods if count), default=0),
        largest_pod_memory_mib=max((size.memory_mib for size, count in pods if count), default=0),
    )


def daemonset_requests(*pods: ContainerRequests) -> ResourceRequests:
    """The footprint of pods that run on every node, one of each size."""
    return ResourceRequests(
        daemon_pods=len(pods),
        daemon_cpu_millis=sum(size.cpu_millis for size in pods),
        daemon_memory_mib=sum(size.memory_mib for size in pods),
    )


def disruption_budget(name: str, namespace: Namespace, labels: Mapping[str, str], allows: Values) -> Manifest:
    """The disruption budget of pods whose chart has none; ``allows`` is ``minAvailable`` or ``maxUnavailable``."""
    return Manifest(
        api_version="policy/v1",
        kind="PodDisruptionBudget",
        name=name,
        namespace=namespace.name,
        body={"spec": {**allows, "selector": {"matchLabels": labels}}},
    )


def node_anti_affinity(labels: Mapping[str, str]) -> Values:
    """The same as ``spread``, as an affinity."""
    wanted = {"topology.kubernetes.io/zone": 100, "kubernetes.io/hostname": 50}
    terms: list[Value] = [
        {
            "weight": weight,
            "podAffinityTerm": {"topologyKey": key, "labelSelector": {"matchLabels": labels}},
        }
        for key, weight in wanted.items()
    ]
    return {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}


def topology_spread(labels: Mapping[str, str] | None = None) -> list[Value]:
    """Topology spread over zones, then nodes: best effort, never leaves a pod pending.

    ``labels`` select the pods; None if the chart sets the selector.
    """
    selector: Values = {"labelSelector": {"matchLabels": labels}} if labels else {}
    return [
        {"maxSkew": 1, "topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **selector}
        for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
    ]
