"""Network flows: the allowed connections of an addon's pods. All others are denied.

An addon lists its ``pods`` and their ``flows``. A flow is declared once, by the side that
knows about it, and allows ingress and egress. If the other side belongs to an addon that is not installed,
the flow is omitted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from oneup.workspace.namespace import KUBE_SYSTEM, Namespace


class Peer(StrEnum):
    """An endpoint of a flow that is not a workload's pods."""

    API_SERVER = "api-server"
    """The Kubernetes API; as a source, its calls to webhooks and aggregated APIs."""

    AWS = "aws"
    """AWS service endpoints, over HTTPS."""

    INTERNET = "internet"
    """Whatever is outside the cluster's own networks."""

    NODES = "nodes"
    """Kubelets, and pods with hostNetwork."""

    LOAD_BALANCERS = "balancers"
    """Internet-facing AWS load balancers; they connect to pods directly."""

    INTERNAL_LOAD_BALANCERS = "internal-balancers"
    """Internal AWS load balancers."""

    PROXIES = "proxies"
    """The service mesh's sidecars in application pods, which the applications' own policies do not cover."""

    APPLICATIONS = "applications"
    """Every pod in the application namespaces."""


@dataclass(frozen=True)
class PodSelector:
    """The pods of one workload, on the pod network (not hostNetwork).

    Use labels that the workload's Service also selects: the VPC CNI evaluates a connection before the
    Service address is translated, and allows it only if both select the same pods.
    """

    name: str
    """Unique in the namespace; also the name of the network policy."""

    namespace: Namespace
    labels: Mapping[str, str] = field(hash=False)

    @property
    def identity(self) -> tuple[str, str]:
        """The labels that select these pods."""
        return self.namespace.name, self.name


@dataclass(frozen=True)
class Port:
    """A port or port range that pods listen on."""

    number: int
    protocol: Literal["TCP", "UDP"] = "TCP"
    last: int | None = None


FlowEnd: TypeAlias = PodSelector | Peer


@dataclass(frozen=True)
class NetworkFlow:
    """Connections from a source to a target.

    Ports are the target's container ports, not its Service's. The API server has none,
    because its port depends on the cluster.
    """

    source: FlowEnd
    destination: FlowEnd
    ports: tuple[Port, ...]


HTTPS: Final = Port(443)
ANY_PORT: Final = Port(1, last=65535)

DNS: Final = PodSelector("kube-dns", KUBE_SYSTEM, {"k8s-app": "kube-dns"})
"""Cluster DNS, which has the same labels everywhere."""

_DEFAULT_PORTS: Final[Mapping[Peer, tuple[Port, ...]]] = {
    Peer.API_SERVER: (),
    Peer.AWS: (HTTPS,),
    Peer.INTERNET: (HTTPS,),
}


def network_flow(source: FlowEnd, target: FlowEnd, *ports: int | Port) -> NetworkFlow:
    """A flow to these ports of the target."""
    return NetworkFlow(source, target, tuple(Port(port) if isinstance(port, int) else port for port in ports))


def allow_egress(source: PodSelector, *targets: Peer) -> tuple[NetworkFlow, ...]:
    """Flows to endpoints at their default ports, and to DNS.

    A pod that only uses the API server needs no DNS.
    """
    found = () if targets == (Peer.API_SERVER,) else (NetworkFlow(source, DNS, (Port(53, "UDP"), Port(53))),)
    return (*found, *(NetworkFlow(source, target, _DEFAULT_PORTS[target]) for target in targets))


def allow_webhook(target: PodSelector, *ports: int) -> NetworkFlow:
    """The API server's calls to a webhook or an aggregated API."""
    return network_flow(Peer.API_SERVER, target, *ports)
