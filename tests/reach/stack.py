"""A stack's peers, and what its addons declare that they reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import DNS, FlowEnd, NetworkFlow, Peer, PodSelector, Port
from oneup.installation.network_policy import unique_flows
from oneup.settings.model import Settings
from oneup.workspace.prepare import application_namespaces as namespaces
from tests.reach.applications import PAGE, ROAMING, Application, calls
from tests.reach.prober import Connection, ProbePeer, read, said

OUTSIDE: Final = "outside"
"""A namespace without policies: what is in no pod of the stack."""

NAMES: Final = (Port(53, "UDP"), Port(53))
UNUSED: Final = Port(9)
"""An unused port."""


@dataclass(frozen=True)
class Address:
    """An address of a stack that is no pod's, and the places whose it is."""

    name: str
    address: str
    places: frozenset[Peer]
    """As a target."""

    api: tuple[Port, ...] = (Port(443),)
    """Where the API server listens, if it is one of the places."""

    calls: frozenset[Peer] = frozenset()
    """As a source: from a Service's address comes nothing."""


@dataclass(frozen=True)
class Site:
    """The addresses of a stack: one of each kind, and one for all its pods that is no other kind's."""

    pods: str
    outside: tuple[Address, ...]


_OUT: Final = frozenset({Peer.INTERNET, Peer.AWS})
_VPC: Final = frozenset({Peer.NODES, Peer.API_SERVER, Peer.INTERNAL_LOAD_BALANCERS})
_EDGE: Final = frozenset({Peer.LOAD_BALANCERS})
_NOWHERE: Final = Address("metadata", "169.254.169.254", frozenset())
_FAR: Final = Address("far", "198.51.100.1", _OUT, calls=_OUT)
# The Services' block lies outside of the VPC: by addresses it is a part of the rest of the world.
_SERVICE: Final = Address("kubernetes", "10.100.0.1", _OUT | {Peer.API_SERVER}, calls=_OUT)
_NODE: Final = frozenset({Peer.NODES, Peer.API_SERVER})

SITES: Final[Mapping[str, Site]] = {
    "staging": Site(
        "10.0.255.1",
        (
            _NOWHERE,
            _FAR,
            _SERVICE,
            Address("private", "10.0.33.7", _VPC, calls=_VPC),
            Address("public", "10.0.193.7", _EDGE, calls=_EDGE),
        ),
    ),
    # Here AWS has endpoints in the private subnets, too.
    "production": Site(
        "10.1.255.1",
        (
            _NOWHERE,
            _FAR,
            _SERVICE,
            Address("private", "10.1.33.7", _VPC | {Peer.AWS}, calls=_VPC | {Peer.AWS}),
            Address("public", "10.1.193.7", _EDGE, calls=_EDGE),
        ),
    ),
    # The nodes' network is known; by addresses it is also outside.
    "baremetal": Site(
        "10.244.0.1",
        (
            _NOWHERE,
            _FAR,
            Address("kubernetes", "10.96.0.1", frozenset({Peer.API_SERVER})),
            Address("node", "192.168.40.7", _NODE | _OUT, (Port(6443),), _NODE | _OUT),
        ),
    ),
    # The nodes' network is not known: all that is no pod's may be a node's.
    "local": Site(
        "10.244.0.1",
        (
            _NOWHERE,
            Address("kubernetes", "10.96.0.1", _NODE, (Port(443), Port(6443)), _NODE),
            Address("far", "198.51.100.1", _NODE | _OUT, (Port(6443),), _NODE | _OUT),
        ),
    ),
}


@dataclass(frozen=True)
class Reach:
    """Who is in a stack, and what its addons and applications say of one another."""

    settings: Settings
    site: Site
    addons: Sequence[Addon]
    applications: Sequence[Application]

    @property
    def flows(self) -> Sequence[NetworkFlow]:
        """The addons' flows, and the names that every application asks for."""
        return [*unique_flows(self.addons), NetworkFlow(Peer.APPLICATIONS, DNS, NAMES)]

    @property
    def peers(self) -> Sequence[ProbePeer]:
        """The workloads of addons and applications, DNS, and the addresses outside."""
        own = {pods.identity: pods for addon in self.addons for pods in addon.pod_selectors} | {
            DNS.identity: DNS
        }
        return [
            *(self._pods(pods) for pods in own.values()),
            *(self._application(each) for each in self.applications),
            *(ProbePeer(OUTSIDE, each.name, each.address) for each in self.site.outside),
        ]

    @property
    def ports(self) -> Sequence[Port]:
        """Every declared port, the ends of ranges, and an undeclared one."""
        asked = {port for flow in self.flows for port in flow.ports} | {Port(443), Port(6443), UNUSED}
        asked |= {read(call.port) for call in calls(self.settings.stack, self.applications, ())}
        asked |= {port for each in self.applications for port in ROAMING.get(each.name, ())}
        single = {Port(port.number, port.protocol) for port in asked if port.last is None}
        ends = {Port(number, port.protocol) for port in asked if port.last for number in (port.last,)}
        return sorted(single | ends, key=lambda port: (port.number, port.protocol))

    @property
    def expected(self) -> frozenset[Connection]:
        """What is declared, and nothing else. Who has no policy is left out, see ``guarded``."""
        return frozenset({*self._of_flows(), *self._of_applications()})

    @property
    def open(self) -> frozenset[str]:
        """Who has no policy: the addresses outside, and DNS."""
        outside = (str(ProbePeer(OUTSIDE, each.name, each.address)) for each in self.site.outside)
        return frozenset({*outside, str(self._pods(DNS))})

    def guarded(self, found: Connection) -> bool:
        """Whether a policy of the stack is at one of the ends at least."""
        # What DNS asks, Kubernetes knows: its own namespace is open, and those it would ask are not.
        return found.source != str(self._pods(DNS)) and not {found.source, found.target} <= self.open

    def _of_flows(self) -> Iterator[Connection]:
        for flow in self.flows:
            for source, _ in self._ends(flow.source, source=True):
                for target, api in self._ends(flow.destination, source=False):
                    if source != target:
                        yield from self._passing(flow.ports or api, source, target)

    def _of_applications(self) -> Iterator[Connection]:
        """Their own say: of what an addon declares towards all of them, they let in what they want."""
        yield from calls(self.settings.stack, self.applications, self._askers())
        for each in self.applications:
            for port in ROAMING.get(each.name, ()):
                yield from (Connection(str(each), target, said(port)) for target in sorted(self.open))

    def _askers(self) -> Iterator[str]:
        """The addons' pods that may ask every application at the pages' port."""
        for flow in self.flows:
            every = flow.destination is Peer.APPLICATIONS and any(_within(PAGE, port) for port in flow.ports)
            if every and isinstance(flow.source, PodSelector):
                yield str(self._pods(flow.source))

    def _passing(self, ports: Sequence[Port], source: ProbePeer, target: ProbePeer) -> Iterator[Connection]:
        for port in self.ports:
            for given in ports:
                if _within(port, given):
                    yield Connection(str(source), str(target), said(port))

    def _ends(self, end: FlowEnd, *, source: bool) -> Iterator[tuple[ProbePeer, tuple[Port, ...]]]:
        """The peers at an end of a flow, each with the ports of an API server there."""
        match end:
            case PodSelector():
                yield self._pods(end), ()
            case Peer.APPLICATIONS:
                # What they let in, they say themselves.
                homes = {each.name for each in namespaces(self.settings)} if source else set[str]()
                yield from ((peer, ()) for peer in self.peers if peer.namespace in homes)
            case _:
                for each in self.site.outside:
                    if end in (each.calls if source else each.places):
                        yield ProbePeer(OUTSIDE, each.name, each.address), each.api

    def _pods(self, pods: PodSelector) -> ProbePeer:
        return ProbePeer(pods.namespace.name, pods.name, self.site.pods, pods.labels)

    def _application(self, each: Application) -> ProbePeer:
        return ProbePeer(each.namespace, each.name, self.site.pods, each.labels)


def _within(port: Port, given: Port) -> bool:
    return port.protocol == given.protocol and given.number <= port.number <= (given.last or given.number)
