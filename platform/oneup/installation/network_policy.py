"""Network policies, from the flows that the addons declare."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import DNS, FlowEnd, NetworkFlow, Peer, PodSelector, Port
from oneup.addonkit.peers import CidrBlock, cidr_blocks, cluster_dns, credentials
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.manifest import Manifest
from oneup.workspace.prepare import application_namespaces

PLATFORM_EGRESS_POLICY: Final = "platform"
"""The policy of the application namespaces: allowed connections to the platform."""

MESH_POLICY: Final = "mesh"
"""The policy of application pods with a service mesh sidecar."""

_PROXIED: Final = {"security.istio.io/tlsMode": "istio"}
"""A label of every pod with an injected sidecar."""

_NAMESPACE: Final = "kubernetes.io/metadata.name"


def network_policies(settings: Settings, addons: Sequence[Addon]) -> tuple[Manifest, ...]:
    """A policy for the pods of each workload, and one for the applications.

    Each namespace also has a default-deny policy.
    """
    flows = tuple(unique_flows(addons))
    heard, said = defaultdict[FlowEnd, list[NetworkFlow]](list), defaultdict[FlowEnd, list[NetworkFlow]](list)
    for flow in flows:
        heard[flow.destination].append(flow)
        said[flow.source].append(flow)
    writer = _Writer(settings)
    own = [writer.policy(pods, heard[pods], said[pods]) for addon in addons for pods in addon.pod_selectors]
    return (*own, *writer.applications(flows))


def unique_flows(addons: Sequence[Addon]) -> Iterator[NetworkFlow]:
    """The flows whose endpoints are both in the stack, unique."""
    there = {pods.identity for addon in addons for pods in (*addon.pod_selectors, DNS)}
    for flow in dict.fromkeys(each for addon in addons for each in addon.network_flows):
        if all(isinstance(end, Peer) or end.identity in there for end in (flow.source, flow.destination)):
            yield flow


@dataclass(frozen=True)
class _Writer:
    """Builds the policies of one stack."""

    settings: Settings

    def policy(
        self, pods: PodSelector, heard: Iterable[NetworkFlow], said: Iterable[NetworkFlow]
    ) -> Manifest:
        """The allowed ingress and egress of these pods."""
        incoming = (rule for flow in heard for rule in self._rules(flow, "from"))
        outgoing = (rule for flow in said for rule in self._rules(flow, "to"))
        rules = {"ingress": _deduplicated(incoming), "egress": _deduplicated(outgoing)}
        return _policy(pods.name, pods.namespace.name, pods.labels, rules)

    def applications(self, flows: Iterable[NetworkFlow]) -> Iterator[Manifest]:
        """Allowed egress of every application; an application defines its own ingress."""
        names = NetworkFlow(Peer.APPLICATIONS, DNS, (Port(53, "UDP"), Port(53)))
        asked = [names, *(flow for flow in flows if flow.source == Peer.APPLICATIONS)]
        outgoing = [rule for flow in asked for rule in self._rules(flow, "to")]
        for namespace in application_namespaces(self.settings):
            yield _policy(PLATFORM_EGRESS_POLICY, namespace.name, {}, {"egress": outgoing})
        asking = (flow for flow in flows if flow.destination == Peer.PROXIES)
        incoming = _deduplicated(rule for flow in asking for rule in self._rules(flow, "from"))
        for name in self.settings.addons.istiod.namespaces if incoming else ():
            yield _policy(MESH_POLICY, name, _PROXIED, {"ingress": incoming})

    def _rules(self, flow: NetworkFlow, side: str) -> Iterator[Values]:
        """The rules for a flow at one endpoint; ``side`` is the other."""
        end = flow.source if side == "from" else flow.destination
        grouped: dict[tuple[Port, ...], list[Value]] = {}
        for peer, ports in self._peers(end, source=side == "from"):
            grouped.setdefault(ports or flow.ports, []).append(peer)
        if side == "to" and end is Peer.AWS:
            for block in credentials(self.settings):
                grouped.setdefault(block.ports, []).append({"ipBlock": _block(block)})
        for ports, peers in grouped.items():
            yield {side: peers, "ports": [_port(port) for port in ports]}

    def _peers(self, end: FlowEnd, *, source: bool) -> Iterator[tuple[Values, tuple[Port, ...]]]:
        match end:
            case PodSelector() if end == DNS and cluster_dns(self.settings):
                for block in cluster_dns(self.settings):
                    yield {"ipBlock": _block(block)}, ()
            case PodSelector():
                pods: Values = {"matchLabels": end.labels}
                yield {"namespaceSelector": _named([end.namespace.name]), "podSelector": pods}, ()
            case Peer.APPLICATIONS:
                yield (
                    {
                        "namespaceSelector": _named(
                            [space.name for space in application_namespaces(self.settings)]
                        )
                    },
                    (),
                )
            case Peer.PROXIES:
                meshed = self.settings.addons.istiod.namespaces
                if meshed:
                    proxied: Values = {"matchLabels": _PROXIED}
                    yield {"namespaceSelector": _named(meshed), "podSelector": proxied}, ()
            case _:
                for block in cidr_blocks(end, self.settings, source=source):
                    yield {"ipBlock": _block(block)}, block.ports


def _deduplicated(rules: Iterable[Values]) -> list[Values]:
    """Rules without duplicates: two endpoints may have the same CIDR."""
    kept: list[Values] = []
    for rule in rules:
        if rule not in kept:
            kept.append(rule)
    return kept


def _policy(name: str, namespace: str, labels: Mapping[str, str], rules: Mapping[str, Value]) -> Manifest:
    return Manifest(
        api_version="networking.k8s.io/v1",
        kind="NetworkPolicy",
        name=name,
        namespace=namespace,
        body={
            "spec": {
                "podSelector": {"matchLabels": labels} if labels else {},
                "policyTypes": [kind.capitalize() for kind in rules],
                **{kind: allowed for kind, allowed in rules.items() if allowed},
            }
        },
    )


def _named(names: Sequence[str]) -> Values:
    """A namespace selector by the label ``kubernetes.io/metadata.name``."""
    if len(names) == 1:
        return {"matchLabels": {_NAMESPACE: names[0]}}
    return {"matchExpressions": [{"key": _NAMESPACE, "operator": "In", "values": names}]}


def _block(block: CidrBlock) -> Values:
    return {"cidr": block.cidr, **({"except": block.except_cidrs} if block.except_cidrs else {})}


def _port(port: Port) -> Values:
    last: Values = {"endPort": port.last} if port.last else {}
    return {"protocol": port.protocol, "port": port.number, **last}
