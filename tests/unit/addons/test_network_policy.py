"""Network policies: exactly the declared flows, at both of their ends."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonName
from oneup.addonkit.flow import (
    ANY_PORT,
    DNS,
    NetworkFlow,
    Peer,
    PodSelector,
    allow_egress,
    allow_webhook,
    network_flow,
)
from oneup.addonkit.peers import cidr_blocks
from oneup.installation.network_policy import network_policies, unique_flows
from oneup.plan import Json
from oneup.settings.model import Settings
from oneup.values import Value, Values
from oneup.workspace.namespace import KUBE_SYSTEM, Namespace
from tests.support.stacks import settings

HOME = Namespace("home")
CLIENT = PodSelector("client", HOME, {"app": "client"})
SERVER = PodSelector("server", Namespace("away"), {"app": "server"})

Spec = Mapping[str, Sequence[Mapping[str, Sequence[Mapping[str, Value]]]]]


def addon(pods: PodSelector, *flows: NetworkFlow) -> Addon:
    return Addon(
        name=AddonName(pods.name), namespace=pods.namespace, pod_selectors=(pods,), network_flows=flows
    )


def policies(stack: Settings, *addons: Addon) -> dict[tuple[str, str], Spec]:
    made = network_policies(stack, addons)
    return {(item.namespace or "", item.name): cast(Spec, item.body["spec"]) for item in made}


def cidrs(place: Peer, stack: str, *, source: bool = False) -> set[str]:
    return {str(block.cidr) for block in cidr_blocks(place, settings(stack), source=source)}


def test_a_flow_opens_both_of_its_ends_and_nothing_else() -> None:
    made = policies(settings("staging"), addon(CLIENT, network_flow(CLIENT, SERVER, 8080)), addon(SERVER))
    assert made["home", "client"] == {
        "podSelector": {"matchLabels": {"app": "client"}},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [
            {
                "to": [
                    {
                        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "away"}},
                        "podSelector": {"matchLabels": {"app": "server"}},
                    }
                ],
                "ports": [{"protocol": "TCP", "port": 8080}],
            }
        ],
    }
    assert "egress" not in made["away", "server"]
    (rule,) = made["away", "server"]["ingress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_a_flow_to_what_is_not_installed_is_left_out() -> None:
    made = policies(settings("staging"), addon(CLIENT, network_flow(CLIENT, SERVER, 8080)))
    assert made["home", "client"].keys() == {"podSelector", "policyTypes"}


def test_a_flow_that_both_sides_declare_counts_once() -> None:
    twice = network_flow(CLIENT, SERVER, 8080)
    assert list(unique_flows([addon(CLIENT, twice), addon(SERVER, twice)])) == [twice]


def test_whoever_reaches_a_place_may_ask_for_names() -> None:
    names, outside = allow_egress(CLIENT, Peer.INTERNET)
    assert names.destination == DNS
    assert {(port.number, port.protocol) for port in names.ports} == {(53, "UDP"), (53, "TCP")}
    assert [port.number for port in outside.ports] == [443]


@pytest.mark.parametrize(("stack", "port"), [("staging", 443), ("baremetal", 6443)])
def test_the_api_is_reached_at_its_own_port_and_at_its_services(stack: str, port: int) -> None:
    made = policies(settings(stack), addon(CLIENT, *allow_egress(CLIENT, Peer.API_SERVER)))
    reached = {
        (str(peer["ipBlock"]), str(each["port"]))
        for rule in made["home", "client"]["egress"]
        for peer in rule["to"]
        for each in rule["ports"]
        if "ipBlock" in peer
    }
    assert {at for _, at in reached} == {"443", str(port)}
    services = {"staging": {"10.100.0.1/32", "172.20.0.1/32"}, "baremetal": {"10.96.0.1/32"}}[stack]
    for service in services:
        assert any(service in block and at == "443" for block, at in reached)


def test_the_api_calls_from_its_own_addresses_alone() -> None:
    assert cidrs(Peer.API_SERVER, "staging", source=True) == cidrs(Peer.NODES, "staging")
    made = policies(settings("staging"), addon(SERVER, allow_webhook(SERVER, 9443)))
    (rule,) = made["away", "server"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [9443]
    assert len(rule["from"]) == len(cidrs(Peer.NODES, "staging"))


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
def test_the_internet_is_neither_a_pod_nor_the_nodes_metadata(stack: str) -> None:
    (outside,) = cidr_blocks(Peer.INTERNET, settings(stack), source=False)
    own = {
        "staging": "10.0.0.0/16",
        "production": "10.1.0.0/16",
        "baremetal": "10.244.0.0/16",
        "local": "10.244.0.0/16",
    }[stack]
    assert {own, "169.254.0.0/16"} <= set(outside.except_cidrs)


def test_endpoints_in_the_vpc_are_reached_where_there_are_any() -> None:
    assert cidrs(Peer.AWS, "staging") == {"0.0.0.0/0"}
    assert cidrs(Peer.AWS, "production") == {"0.0.0.0/0"} | cidrs(Peer.NODES, "production")


def test_applications_ask_for_names_and_for_what_the_platform_offers_them() -> None:
    made = policies(settings("staging"), addon(SERVER, network_flow(Peer.APPLICATIONS, SERVER, 4317)))
    for namespace in ("staging", "application"):
        spec = made[namespace, "platform"]
        assert spec["podSelector"] == {}
        assert spec["policyTypes"] == ["Egress"]
        assert [[port["port"] for port in rule["ports"]] for rule in spec["egress"]] == [[53, 53], [4317]]
    (rule,) = made["away", "server"]["ingress"]
    (peer,) = rule["from"]
    selector = cast(Mapping[str, Sequence[Mapping[str, object]]], peer["namespaceSelector"])
    assert selector["matchExpressions"][0]["values"] == ["staging", "application"]


def test_pods_in_kubernetes_own_namespace_are_guarded_by_their_own_policy() -> None:
    agent = PodSelector("agent", KUBE_SYSTEM, {"app": "agent"})
    made = policies(settings("staging"), addon(agent, network_flow(agent, Peer.APPLICATIONS, ANY_PORT)))
    (rule,) = made["kube-system", "agent"]["egress"]
    assert rule["ports"] == [{"protocol": "TCP", "port": 1, "endPort": 65535}]


def test_credentials_come_of_the_nodes_agent_where_pods_have_them_by_pod_identity() -> None:
    # What copies the keys of Sealed Secrets has its role by IRSA alone.
    irsa_only: Json = {"sealedSecretsKeys": {"enabled": False}}
    tied = settings("staging", cluster={"identity": "podIdentity"}, addons=irsa_only)
    agent = {"to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}], "ports": [{"protocol": "TCP", "port": 80}]}
    for stack, asked in ((tied, True), (settings("staging"), False)):
        made = policies(stack, addon(CLIENT, *allow_egress(CLIENT, Peer.AWS)), addon(SERVER))
        assert (agent in made["home", "client"]["egress"]) == asked
        assert "egress" not in made["away", "server"]


def test_names_come_of_the_node_in_auto_mode() -> None:
    pages: Json = {"kubePrometheusStack": {"alertmanager": {"allowedCidrs": []}}}
    auto = settings("staging", cluster={"autoMode": {}}, nodeGroups=[], addons=pages)
    made = policies(auto, addon(CLIENT, *allow_egress(CLIENT, Peer.AWS)))
    names, _ = made["home", "client"]["egress"]
    assert names["ports"] == [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    asked = {str(cast("Mapping[str, Values]", peer)["ipBlock"]["cidr"]) for peer in names["to"]}
    assert {"10.100.0.10/32", "172.20.0.10/32", "10.0.0.0/19"} <= asked


def test_over_ipv6_every_place_has_blocks_of_both_kinds() -> None:
    both = settings("staging", network={"ipv6": True})
    for place in (Peer.API_SERVER, Peer.NODES, Peer.LOAD_BALANCERS, Peer.AWS, Peer.INTERNET):
        plain = cidr_blocks(place, settings("staging"), source=False)
        found = cidr_blocks(place, both, source=False)
        assert found[: len(plain)] == plain
        assert [str(block.cidr) for block in found[len(plain) :] if "::" in str(block) or "vpc" in str(block)]
