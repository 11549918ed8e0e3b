"""Ports that network policies open are those on which the charts' pods listen."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import pytest

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import Peer, PodSelector
from oneup.checks import ChartLibrary
from oneup.checks.charts import merge_values
from oneup.plan import Json
from tests.support.variants import every_addon

FIXED: Final[Mapping[str, Mapping[int, str]]] = {
    "argo-cd": {26379: "redis-ha: Sentinel's own port"},
    "aws-load-balancer-controller": {
        8080: "the controller's --metrics-bind-addr",
        9443: "the controller's --webhook-bind-port",
    },
    "cert-manager": {
        8089: "--acme-http01-solver-image's port, fixed in its source",
        9402: "--metrics-listen-address of all three",
    },
    "cloudnative-pg": {8080: "the operator's --metrics-bind-address"},
    "consul": {8300: "the server's RPC, in its list of required ports"},
    "eck-operator": {9300: "Elasticsearch's transport"},
    "falco": {2801: "falcosidekick's listenport"},
    "flux": {9090: "--storage-addr and --events-addr of its controllers"},
    "istio-gateway": {15090: "Envoy's Prometheus port, in Istio's list of ports"},
    "istiod": {
        15012: "XDS over TLS, in Istio's list of ports",
        15014: "istiod's monitoring, in the same list",
        15017: "istiod's webhooks, in the same list",
    },
    "keda": {9443: "the webhooks' --port", 9666: "the operator's metrics service"},
    "kong": {
        5432: "PostgreSQL",
        8089: "the solver of cert-manager",
        9187: "CloudNativePG's exporter",
        10255: "the ingress controller's --metrics-bind-address",
    },
    "kube-prometheus-stack": {9094: "Alertmanager's --cluster.listen-address"},
    "metallb": {9443: "the controller's --webhook-port"},
    "rook-ceph-cluster": {
        3300: "a monitor's messenger 2, in Ceph's network reference",
        6789: "a monitor's messenger 1, in the same",
        9283: "the manager's Prometheus module",
        9926: "ceph-exporter",
    },
    "trivy-operator": {4954: "Trivy's server", 8080: "the operator's OPERATOR_METRICS_BIND_ADDRESS"},
    "vertical-pod-autoscaler": {8943: "the updater's --address"},
}
"""Ports that are in a chart's templates or in its program, not in its values."""


def numbers(value: Json, key: str = "") -> Iterator[int]:
    """Every port that values or objects name: below a key that says so, or after a colon."""
    if isinstance(value, Mapping):
        for inner, item in value.items():
            yield from numbers(item, inner)
    elif isinstance(value, str):
        yield from map(int, re.findall(r":(\d{2,5})(?!\d)", value))
        if re.search("port", key, re.IGNORECASE) and value.isdecimal():
            yield int(value)
    elif isinstance(value, Sequence):
        for item in value:
            yield from numbers(item, key)
    elif isinstance(value, int) and re.search("port|listen|http|tls", key, re.IGNORECASE):
        yield value


def plain(value: object) -> Json:
    return json.loads(json.dumps(value, default=str))


def listening(addon: Addon, charts: ChartLibrary) -> frozenset[int]:
    """The ports of an addon's values, over its chart's own, and of its objects."""
    manifests = (*addon.prerequisite_manifests, *addon.post_install_manifests)
    found = set(numbers(plain([manifest.body for manifest in manifests])))
    if addon.chart:
        chart = charts.find(addon.chart.name, addon.chart.version)
        assert chart, f"no data of {addon.chart.name} {addon.chart.version}"
        values = plain(addon.values)
        assert isinstance(values, Mapping)
        found.update(numbers(merge_values(chart.defaults, values)))
    return frozenset(found)


def opened(addon: Addon) -> Iterator[tuple[PodSelector, int]]:
    """The ports of an addon's own pods that it lets others reach."""
    for flow in addon.network_flows:
        if isinstance(flow.destination, PodSelector) and flow.destination in addon.pod_selectors:
            yield from ((flow.destination, port.number) for port in flow.ports if not port.last)


def unknown(addon: Addon, charts: ChartLibrary) -> set[int]:
    known = listening(addon, charts)
    return {port for _, port in opened(addon) if port not in known}


def test_every_port_is_one_of_the_charts_own(charts: ChartLibrary) -> None:
    wrong = {
        (addon.name, port)
        for _, addon in every_addon()
        for port in unknown(addon, charts) - FIXED.get(addon.name, {}).keys()
    }
    assert wrong == set()


def test_a_port_is_looked_up_by_hand_only_where_no_value_names_it(charts: ChartLibrary) -> None:
    needed = {(addon.name, port) for _, addon in every_addon() for port in unknown(addon, charts)}
    assert {(name, port) for name, ports in FIXED.items() for port in ports} <= needed


WEBHOOKS: Final[Mapping[str, Mapping[str, str]]] = {
    "cert-manager": {"cert-manager-webhook": "webhook.securePort"},
    "external-secrets": {"external-secrets-webhook": "webhook.port"},
    "keda": {"keda-metrics": "service.portHttpsTarget"},
    "kube-prometheus-stack": {"kube-prometheus-stack-operator": "prometheusOperator.tls.internalPort"},
    "metrics-server": {"metrics-server": "containerPort"},
}
"""Where a chart's values say on which port its webhook or aggregated API listens."""


@pytest.mark.parametrize("name", WEBHOOKS)
def test_a_webhook_is_called_on_the_port_that_its_chart_gives_it(name: str, charts: ChartLibrary) -> None:
    addon = next(addon for _, addon in every_addon() if addon.name == name)
    assert addon.chart
    chart = charts.find(addon.chart.name, addon.chart.version)
    assert chart
    values = plain(addon.values)
    assert isinstance(values, Mapping)
    found: dict[str, int] = {}
    for pods, path in WEBHOOKS[name].items():
        value: Json = merge_values(chart.defaults, values)
        for key in path.split("."):
            assert isinstance(value, Mapping)
            value = value[key]
        found[pods] = int(str(value))
    called = {
        flow.destination.name: flow.ports[0].number
        for flow in addon.network_flows
        if flow.source is Peer.API_SERVER and isinstance(flow.destination, PodSelector)
    }
    assert found.items() <= called.items()


def test_another_port_is_seen(charts: ChartLibrary) -> None:
    addon = next(addon for _, addon in every_addon() if addon.name == "external-secrets")
    flow = next(flow for flow in addon.network_flows if flow.source is Peer.API_SERVER)
    moved = replace(flow, ports=tuple(replace(port, number=port.number + 1) for port in flow.ports))
    assert unknown(replace(addon, network_flows=(moved,)), charts) == {flow.ports[0].number + 1}
