"""Flows of the real stacks' addons, and the resulting network policies in the plans."""

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network
from typing import cast

import pytest

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import DNS, Peer, PodSelector
from oneup.addons import cert_manager, ingress_nginx, kong
from oneup.addons.argo_cd import traffic
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.installation import select
from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.plan.charts import chart_facts
from oneup.plan.query import chart
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.values import Value
from tests.support.stacks import settings
from tests.support.variants import by_name, every_addon

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
NAMESPACE = "kubernetes:core/v1:Namespace"
METADATA = IPv4Address("169.254.169.254")
ADDONS = every_addon()
GROUPS = sorted({group for group, _ in ADDONS})
"""The stacks, and those of them with every other addon on."""

SCRAPED_OTHERWISE = {
    "kube-prometheus-stack": "the chart's monitors are on by default",
    "cloudnative-pg": "monitoring.podMonitorEnabled",
    "rook-ceph-cluster": "monitoring.enabled",
    "blackbox-exporter": "by the Probes of others, too",
    "istio-gateway": "by the monitor of istiod, for every proxy",
}
"""Addons that Prometheus asks, though they have no monitor of their own or name it differently."""


@pytest.fixture(params=["staging", "production", "baremetal"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return cast(Plan, request.getfixturevalue(cast(str, request.param)))


def at(value: Json, *path: str) -> Json:
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def home(resource: Resource) -> str:
    return str(at(resource.inputs, "metadata", "namespace"))


def rules(policy: Resource) -> Iterator[tuple[Sequence[JsonMap], Sequence[JsonMap]]]:
    """The peers and the ports of each rule."""
    for kind, side in (("ingress", "from"), ("egress", "to")):
        for rule in cast(Sequence[JsonMap], at(policy.inputs, "spec", kind) or ()):
            yield cast(Sequence[JsonMap], rule[side]), cast(Sequence[JsonMap], rule["ports"])


each_addon = pytest.mark.parametrize("versions", by_name().values(), ids=by_name())


def monitors(values: Value) -> Iterator[str]:
    """The monitors that a chart's values turn on."""
    if isinstance(values, Mapping):
        for key, value in values.items():
            on = isinstance(value, Mapping) and (value.get("enabled") or value.get("create"))
            if key.lower() in ("servicemonitor", "podmonitor") and on:
                yield key
            yield from monitors(value)


@each_addon
def test_whoever_has_a_monitor_is_asked_by_prometheus_and_nobody_else(versions: Sequence[Addon]) -> None:
    for addon in versions:
        objects = (*addon.prerequisite_manifests, *addon.post_install_manifests)
        own = [each for each in objects if each.kind in ("ServiceMonitor", "PodMonitor")]
        watched = bool(own or list(monitors(addon.values)) or addon.name in SCRAPED_OTHERWISE)
        asked = [each for each in addon.network_flows if each.source == prometheus.PODS]
        assert watched == bool(asked)


@each_addon
def test_a_pod_monitor_is_of_pods_that_prometheus_reaches(versions: Sequence[Addon]) -> None:
    for addon in versions:
        asked = [each.destination for each in addon.network_flows if each.source == prometheus.PODS]
        for monitor in (each for each in addon.post_install_manifests if each.kind == "PodMonitor"):
            chosen = at(cast(Json, monitor.body), "spec", "selector", "matchLabels")
            labels = cast("Mapping[str, str]", chosen or {})
            chosen_ones = [
                pods for pods in addon.pod_selectors if labels and pods.labels.items() <= labels.items()
            ]
            assert all(pods in asked for pods in chosen_ones), monitor.name


def test_a_challenge_is_tried_by_the_controller_at_the_way_in_itself() -> None:
    controller = cert_manager.PODS["controller"]
    ways_in = {
        each.destination: {port.number for port in each.ports}
        for name, addon in ADDONS
        if name.startswith("baremetal")
        for each in addon.network_flows
        if each.source == controller and isinstance(each.destination, PodSelector) and each.destination != DNS
    }
    assert ways_in == {kong.PODS: {8000, 8443}, ingress_nginx.PODS: {80, 443}}


def test_kongs_migrations_reach_their_database_and_nothing_else() -> None:
    (addon,) = (addon for name, addon in ADDONS if (name, addon.name) == ("baremetal", kong.NAME))
    for job in kong.MIGRATIONS:
        said = {each.destination for each in addon.network_flows if each.source == job}
        assert said == {DNS, kong.DATABASE_PODS}
        assert not [each for each in addon.network_flows if each.destination == job]


@each_addon
def test_whoever_runs_pods_says_whom_they_talk_to(versions: Sequence[Addon]) -> None:
    for addon in versions:
        if addon.requests.pods or addon.requests.daemon_pods:
            assert addon.pod_selectors
        # Of pods on their nodes' own network, the addon says who asks the nodes for them.
        own = {*addon.pod_selectors, Peer.NODES, Peer.PROXIES}
        assert [flow for flow in addon.network_flows if not own & {flow.source, flow.destination}] == []
        assert set(addon.pod_selectors) <= {
            end for flow in addon.network_flows for end in (flow.source, flow.destination)
        }


@pytest.mark.parametrize("group", GROUPS)
def test_no_pod_is_of_two_workloads(group: str) -> None:
    everyone = [pods for name, addon in ADDONS if name == group for pods in addon.pod_selectors]
    for pods in everyone:
        neighbours = [other for other in everyone if other.namespace == pods.namespace and other is not pods]
        assert not [other.name for other in neighbours if other.name == pods.name]
        assert not [other.name for other in neighbours if pods.labels.items() <= other.labels.items()]


def test_nothing_passes_by_default_in_any_namespace(plan: Plan) -> None:
    policies = plan.of_type(POLICY)
    silent = {home(one) for one in policies if one.name.endswith("/default-deny") and not list(rules(one))}
    assert silent == {one.name for one in plan.of_type(NAMESPACE)}


def test_policies_are_there_before_the_pods_and_outlive_them(plan: Plan) -> None:
    # Charts of definitions alone have nothing to guard.
    for release in (one for one in plan.of_type(RELEASE) if chart_facts(chart(one)).has_pods):
        where = str(release.inputs["namespace"])
        guarding = {policy.urn for policy in plan.of_type(POLICY) if home(policy) == where}
        assert guarding <= set(release.dependencies), release.name


def test_no_rule_is_open_to_anybody_or_at_any_port(plan: Plan) -> None:
    for policy in plan.of_type(POLICY):
        for peers, ports in rules(policy):
            assert peers, policy.name
            assert ports, policy.name
            assert all("port" in port for port in ports), policy.name
            for peer in peers:
                assert "podSelector" not in peer or at(peer, "podSelector", "matchLabels"), policy.name


def test_no_pod_reaches_the_nodes_metadata(plan: Plan) -> None:
    blocks = [
        cast(JsonMap, peer["ipBlock"])
        for policy in plan.of_type(POLICY)
        for peers, _ in rules(policy)
        for peer in peers
        if "ipBlock" in peer
    ]
    assert blocks
    for block in blocks:
        without = cast(Sequence[str], block.get("except", ()))
        inside = METADATA in IPv4Network(str(block["cidr"]))
        assert not inside or any(METADATA in IPv4Network(each) for each in without), block


def test_who_is_told_of_deliveries_is_reached_at_the_mail_servers_own_port() -> None:
    people = {"to": "a@example.com", "sender": "b@example.com", "username": "b"}
    told = {"email": {"host": "smtp.example.com", "port": 2525, **people}}
    changes: dict[str, JsonMap] = {"argoCd": {"notifications": told}}
    ports = {
        stack: {
            port.number
            for addon in select(chosen).addons
            for flow in addon.network_flows
            if flow.source == traffic.NOTIFICATIONS and flow.destination == Peer.INTERNET
            for port in flow.ports
        }
        for stack, chosen in {
            "silent": settings("baremetal"),
            "told": settings("baremetal", addons=changes),
        }.items()
    }
    assert ports == {"silent": set(), "told": {443, 2525}}
