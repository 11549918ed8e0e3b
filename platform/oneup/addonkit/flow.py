"""Network flows as values: who an addon's pods talk to, and who talks to them. All else is refused.

An addon lists its ``pods`` and the ``flows`` at their ends. A flow is declared once, by the side that
knows of it, and opens both sides. Where the other side is an addon that the stack does not install,
the flow is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from oneup.workspace.namespace import KUBE_SYSTEM, Namespace


class Place(StrEnum):
    """An end of a flow that is not the pods of one workload."""

    API_SERVER = "api-server"
    """The Kubernetes API; as a source, its calls of webhooks and of aggregated APIs."""

    AWS = "aws"
    """The endpoints of AWS's services, by HTTPS."""

    INTERNET = "internet"
    """Whatever is outside the cluster's own networks."""

    NODES = "nodes"
    """Kubelets, and pods on their node's own network."""

    BALANCERS = "balancers"
    """AWS's load balancers that the internet may reach; they send to pods themselves."""

    INTERNAL_BALANCERS = "internal-balancers"
    """AWS's load balancers that the VPC alone may reach."""

    PROXIES = "proxies"
    """The mesh's proxies beside applications' pods, which the applications' own policies know nothing of."""

    APPLICATIONS = "applications"
    """Every pod of the applications' namespaces."""


@dataclass(frozen=True)
class Pods:
    """The pods of one workload, on the cluster's network (not on their node's).

    The labels are such as the workload's Service selects by too: the VPC CNI sees a call before the
    Service's address is translated, and lets it pass only where both select alike.
    """

    name: str
    """Unique in the namespace, and the name of the pods' policy."""

    namespace: Namespace
    labels: Mapping[str, str] = field(hash=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells these pods from all others."""
        return self.namespace.name, self.name


@dataclass(frozen=True)
class Port:
    """A port that pods listen at, or a range."""

    number: int
    protocol: Literal["TCP", "UDP"] = "TCP"
    last: int | None = None


End: TypeAlias = Pods | Place


@dataclass(frozen=True)
class Flow:
    """Connections that one end opens to the other.

    Ports are those at which the target listens, not its Service's. None are given for the API server,
    which listens where the cluster has it.
    """

    source: End
    target: End
    ports: tuple[Port, ...]


HTTPS: Final = Port(443)
ANY_PORT: Final = Port(1, last=65535)

DNS: Final = Pods("kube-dns", KUBE_SYSTEM, {"k8s-app": "kube-dns"})
"""The cluster's DNS, whose labels are the same everywhere."""

_CUSTOMARY: Final[Mapping[Place, tuple[Port, ...]]] = {
    Place.API_SERVER: (),
    Place.AWS: (HTTPS,),
    Place.INTERNET: (HTTPS,),
}


def flow(source: End, target: End, *ports: int | Port) -> Flow:
    """A flow to these ports of the target."""
    return Flow(source, target, tuple(Port(port) if isinstance(port, int) else port for port in ports))


def reaches(source: Pods, *targets: Place) -> tuple[Flow, ...]:
    """Flows to places at their customary ports, and to DNS, by which they and others are found.

    A pod is told the API server's address: it needs no name for that alone.
    """
    found = () if targets == (Place.API_SERVER,) else (Flow(source, DNS, (Port(53, "UDP"), Port(53))),)
    return (*found, *(Flow(source, target, _CUSTOMARY[target]) for target in targets))


def called(target: Pods, *ports: int) -> Flow:
    """The API server's calls of a webhook or of an aggregated API."""
    return flow(Place.API_SERVER, target, *ports)
